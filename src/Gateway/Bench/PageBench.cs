using System.Threading.Channels;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Live;
using Thrum.Sink.Delivery;

namespace Thrum.Gateway.Bench;

/// <summary>
/// What an open page costs the pipeline: windows per second of processor time of a detector that is given all the samples it can take, in rounds that alternate between nobody
/// and somebody who follows the live state and looks at the spectra of an axis every two seconds, as the page does. Processor time, because others may use the machine too; where
/// the processor is what limits, throughput goes with it. The viewer's own work is in the same process, and so counts too.
/// </summary>
internal sealed class PageBench(PageBenchRequest request, TimeProvider time, ILoggerFactory loggers)
{
    private const int BlockSamples = 1024;
    private const int BlocksPerBatch = 128;

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public async Task<PageBenchResult> RunAsync(CancellationToken cancellationToken)
    {
        using AutoencoderModel model = AutoencoderModel.Load(request.Model);
        using var pipeline = new DetectorPipeline(
            new DetectorOptions(), [new ModelAssignment("*", model, [])], time, loggers.CreateLogger<DetectorPipeline>());
        using var axes = new AxisReader(pipeline);
        var live = new LiveView(time);
        var status = new GatewayStatus([pipeline.Counters], new WindowTally(time, loggers.CreateLogger<WindowTally>()), []);
        await using var server = new HttpServer(new HttpOptions { Port = 0 }, status, live, time, loggers, new ApiParts { Axes = axes });
        await server.StartAsync(cancellationToken).ConfigureAwait(false);
        var deliver = new DeliverStage([live], DrainTime, time, loggers.CreateLogger<DeliverStage>());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running = [deliver.RunAsync(pipeline.Output, CancellationToken.None), pipeline.RunAsync(CancellationToken.None), .. Feed(pipeline, model.Metadata.SampleRateHz, stop.Token)];
        PageBenchResult result = await MeasureAsync(live, server.Address!, cancellationToken).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        await server.StopAsync().ConfigureAwait(false);
        return result;
    }

    private async Task<PageBenchResult> MeasureAsync(LiveView live, Uri address, CancellationToken cancellationToken)
    {
        // The first pair warms up.
        List<Round> without = [], with = [];
        for (int round = 0; round <= request.Rounds; round++)
        {
            without.Add(await RateAsync(live, cancellationToken).ConfigureAwait(false));
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task viewers = Task.WhenAll(FollowAsync(address, gone.Token), LookAsync(address, gone.Token));
            with.Add(await RateAsync(live, cancellationToken).ConfigureAwait(false));
            await gone.CancelAsync().ConfigureAwait(false);
            await viewers.ConfigureAwait(false);
        }

        without.RemoveAt(0);
        with.RemoveAt(0);

        double[] ratios = [.. with.Zip(without, (seen, unseen) => seen.Rate / unseen.Rate).Order()];
        double cost = Median(with.Zip(without, (seen, unseen) => seen.Processors * (1 - (seen.Rate / unseen.Rate))));
        return new PageBenchResult(
            request.Axes, request.Rounds, Math.Round(Median(without.Select(round => round.Rate))), Math.Round(Median(with.Select(round => round.Rate))), Math.Round(Median(ratios), 4),
            Math.Round(ratios[0], 4), Math.Round(ratios[^1], 4), Math.Round(Median(with.Select(round => round.Processors)), 2), Math.Round(1000 * cost, 1));
    }

    private async Task<Round> RateAsync(LiveView live, CancellationToken cancellationToken)
    {
        (long windows, TimeSpan before, long started) = (live.Windows, Environment.CpuUsage.TotalTime, time.GetTimestamp());
        await Task.Delay(request.RoundTime, time, cancellationToken).ConfigureAwait(false);
        TimeSpan busy = Environment.CpuUsage.TotalTime - before;
        return new Round((live.Windows - windows) / busy.TotalSeconds, busy / time.GetElapsedTime(started));
    }

    /// <summary>One task per shard gives it noise as fast as it is taken.</summary>
    private IEnumerable<Task> Feed(DetectorPipeline pipeline, double rateHz, CancellationToken cancellationToken)
    {
        AxisStream[] streams = [.. Enumerable.Range(0, request.Axes).Select(i => pipeline.Streams.Resolve(new AxisId(FormattableString.Invariant($"machine-{i}"), "s", "x")))];
        return streams.GroupBy(stream => stream.Shard).Select(shard => Task.Run(() => FeedAsync(pipeline, [.. shard], rateHz, cancellationToken), CancellationToken.None));
    }

    private static async Task FeedAsync(DetectorPipeline pipeline, AxisStream[] streams, double rateHz, CancellationToken cancellationToken)
    {
        const long Origin = 1_700_000_000_000_000_000;
        ChannelWriter<SampleBatch> shard = pipeline.Inputs[streams[0].Shard];
        var random = new Random(1);
        float[] noise = [.. Enumerable.Range(0, 8 * BlockSamples).Select(_ => (float)(random.NextDouble() - 0.5))];
        for (long block = 0; !cancellationToken.IsCancellationRequested;)
        {
            SampleBatch batch = pipeline.SamplePool.Rent();
            for (int i = 0; i < BlocksPerBatch; i++, block++)
            {
                noise.AsSpan((int)(block % 7) * BlockSamples, BlockSamples).CopyTo(batch.FreeSpan());
                long first = block / streams.Length * BlockSamples;
                batch.Append(streams[block % streams.Length], TimeSource.Stamped, Origin + (long)Math.Round(first * 1e9 / rateHz), rateHz, BlockSamples);
            }

            await shard.WriteAsync(batch, CancellationToken.None).ConfigureAwait(false);
        }

        shard.Complete();
    }

    private static async Task FollowAsync(Uri address, CancellationToken gone)
    {
        try
        {
            using var client = new HttpClient { BaseAddress = address };
            using Stream events = await client.GetStreamAsync(new Uri("/api/v1/live", UriKind.Relative), gone).ConfigureAwait(false);
            await events.CopyToAsync(Stream.Null, gone).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    private async Task LookAsync(Uri address, CancellationToken gone)
    {
        try
        {
            using var client = new HttpClient { BaseAddress = address };
            while (true)
            {
                foreach (string what in (string[])["waveform?newest=2000", "spectrum", "spectrogram"])
                {
                    using HttpResponseMessage answer = await client.GetAsync(new Uri($"/api/v1/sensors/machine-0/s/x/{what}", UriKind.Relative), gone).ConfigureAwait(false);
                    answer.EnsureSuccessStatusCode();
                    await answer.Content.ReadAsByteArrayAsync(gone).ConfigureAwait(false);
                }

                await Task.Delay(Look, time, gone).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Windows per second of processor time, and how many processors the round had.</summary>
    private readonly record struct Round(double Rate, double Processors);
}

/// <summary>What to measure.</summary>
/// <param name="Model">The ONNX file.</param>
/// <param name="Axes">How many axes send.</param>
/// <param name="Rounds">Rounds with and without.</param>
/// <param name="RoundTime">How long each takes.</param>
internal sealed record PageBenchRequest(string Model, int Axes, int Rounds, TimeSpan RoundTime);

/// <summary>What was measured: medians over the rounds.</summary>
/// <param name="Axes">How many axes sent.</param>
/// <param name="Rounds">Rounds with and without.</param>
/// <param name="WithoutViewer">Windows per second of processor time.</param>
/// <param name="WithViewer">The same with a viewer.</param>
/// <param name="Ratio">Of each round with a viewer to the one before it without.</param>
/// <param name="LeastRatio">The least of them.</param>
/// <param name="GreatestRatio">The greatest of them.</param>
/// <param name="Processors">How many processors the rounds with a viewer had: the ratio rises with it, because a viewer costs the same however fast the pipeline is.</param>
/// <param name="ViewerMsPerS">What the viewer cost, milliseconds of processor time a second.</param>
internal sealed record PageBenchResult(
    int Axes, int Rounds, double WithoutViewer, double WithViewer, double Ratio, double LeastRatio, double GreatestRatio, double Processors, double ViewerMsPerS);
