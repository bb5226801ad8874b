using System.Diagnostics;
using System.Threading.Channels;
using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Sink.Delivery;
using Thrum.Sink.Influx;
using Thrum.Sink.LineProtocol;

namespace Thrum.Gateway.Bench;

/// <summary>
/// The stages that <c>thrum run</c> runs, on the work on which other pipelines were measured: topics <c>vibration/m{m}/s{s}</c>,
/// unstamped float32, windows of 256 every 256, y = x / 0.5, MSE, LMSE and four spectral bins, one point of six fields a window.
/// History and alarms are off because the others have none.
/// </summary>
internal sealed class PipelineBench(BenchRequest request, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(60);
    private static readonly string[] Metrics = ["mse", "lmse", "fft(2)", "fft(10)", "fft(20)", "fft(30)"];

    private static readonly Dictionary<string, string> ModelSettings = new()
    {
        ["window"] = "256",
        ["hop"] = "256",
        ["rate"] = "12800",
        ["normaliser"] = new Normaliser(0, 0.5).ToJson(),
        ["metrics"] = System.Text.Json.JsonSerializer.Serialize(Metrics),
    };

    /// <summary>Receives the stated number of messages, or until the time or four idle seconds have passed.</summary>
    /// <param name="ready">Called once subscribed.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<BenchResult> RunAsync(Action ready, CancellationToken cancellationToken)
    {
        using AutoencoderModel model = AutoencoderModel.Load(request.Model, ModelSettings);
        var means = new MeanMetrics(Metrics.Length);
        InfluxDestination? influx = request.Url == "none" ? null : await InfluxDestination.CreateAsync(
            new InfluxOptions { Url = request.Url, Fields = LineFields.Metrics, Bucket = "bench" }, null, time, loggers.CreateLogger<InfluxDestination>(), cancellationToken).ConfigureAwait(false);
        await using InfluxDestination? disposed = influx;
        using var pipeline = new DetectorPipeline(
            new DetectorOptions(), [new ModelAssignment("*", model, Array.Empty<AlarmRule>())], time, loggers.CreateLogger<DetectorPipeline>());
        using var ingest = new SampleIngest(
            new MqttOptions { Topics = [new TopicOptions { Template = "vibration/{machine}/{sensor}", SampleRateHz = 12800 }] },
            pipeline.Streams, pipeline.SamplePool, pipeline.Inputs, time, loggers.CreateLogger<SampleIngest>());
        var session = new MqttSession(
            new MqttSessionOptions
            {
                Host = "127.0.0.1",
                Port = request.Port,
                ClientId = $"thrum-bench-{Environment.ProcessId}",
                Subscriptions = [new MqttSubscription("vibration/#", (MqttQos)request.Qos)],
            },
            time,
            loggers.CreateLogger<MqttSession>());
        var deliver = new DeliverStage(influx is null ? [means] : [means, influx], DrainTime, time, loggers.CreateLogger<DeliverStage>());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task delivering = deliver.RunAsync(pipeline.Output, CancellationToken.None);
        Task detecting = pipeline.RunAsync(CancellationToken.None);
        Task receiving = session.RunAsync(ingest, stop.Token);
        while (!session.IsSubscribed && !receiving.IsCompleted)
        {
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }

        ready();
        Measurement measurement = await WaitAsync(ingest, receiving, cancellationToken).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(false);
        foreach (ChannelWriter<SampleBatch> shard in pipeline.Inputs)
        {
            shard.Complete();
        }

        await Task.WhenAll(detecting, delivering).ConfigureAwait(false);
        return measurement.Finish(request, ingest.Counters.Received, means);
    }

    private async Task<Measurement> WaitAsync(SampleIngest ingest, Task receiving, CancellationToken cancellationToken)
    {
        long deadline = time.GetTimestamp();
        Measurement? measurement = null;
        long seen = 0, idleSince = deadline;
        while (seen < request.Messages && !receiving.IsCompleted && time.GetElapsedTime(deadline).TotalSeconds < request.Seconds)
        {
            await Task.Delay(seen == 0 ? TimeSpan.FromMilliseconds(1) : Poll, time, cancellationToken).ConfigureAwait(false);
            long received = ingest.Counters.Received;
            if (received == seen)
            {
                if (seen > 0 && time.GetElapsedTime(idleSince) > IdleTime)
                {
                    break;
                }

                continue;
            }

            measurement ??= new Measurement(time);
            (seen, idleSince) = (received, time.GetTimestamp());
        }

        return measurement ?? new Measurement(time);
    }

    /// <summary>Clock, processor time and allocations since the first message.</summary>
    private sealed class Measurement(TimeProvider time)
    {
        private readonly long _started = time.GetTimestamp();
        private readonly TimeSpan _cpu = Process.GetCurrentProcess().TotalProcessorTime;
        private readonly long _allocated = GC.GetTotalAllocatedBytes(precise: true);

        public BenchResult Finish(BenchRequest request, long messages, MeanMetrics means)
        {
            double seconds = Math.Max(1e-9, time.GetElapsedTime(_started).TotalSeconds);
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocated;
            using Process process = Process.GetCurrentProcess();
            double cpu = (process.TotalProcessorTime - _cpu).TotalSeconds;
            long samples = messages * request.Samples;
            double[] values = [.. means.Means.Select(mean => Math.Round(mean, 6))];
            return new BenchResult
            {
                Qos = request.Qos,
                SamplesPerMessage = request.Samples,
                Messages = messages,
                Samples = samples,
                Windows = means.Windows,
                Seconds = Math.Round(seconds, 3),
                MessagesPerS = Math.Round(messages / seconds),
                WindowsPerS = Math.Round(means.Windows / seconds),
                SamplesPerS = Math.Round(means.Windows * 256 / seconds),
                CpuS = Math.Round(cpu, 2),
                CpuSPerMillionSamples = Math.Round(cpu / Math.Max(1, samples) * 1e6, 4),
                PeakRssMb = Math.Round(process.PeakWorkingSet64 / 1048576.0),
                BytesPerMessage = Math.Round((double)allocated / Math.Max(1, messages), 1),
                Lost = request.Messages - messages,
                MeanMse = values[0],
                MeanLmse = values[1],
                MeanBins = values[2..],
            };
        }
    }
}
