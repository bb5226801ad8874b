using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Evidence;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Baselines;

/// <summary>One axis without a model through the pipeline, in process.</summary>
internal sealed class BaselineRun
{
    public const int Window = 256;
    public const double RateHz = 1024;
    private const long Origin = 1_763_769_600_000_000_000;

    public static readonly BaselineOptions Quick = new() { Learning = TimeSpan.FromSeconds(10), Calibration = TimeSpan.FromSeconds(10) };

    /// <summary>At 1 kHz 20 windows of 64 samples to learn and as many to calibrate.</summary>
    public static readonly BaselineOptions Shortest = new() { Window = TimeSpan.FromMilliseconds(10), Learning = TimeSpan.FromSeconds(1), Calibration = TimeSpan.FromSeconds(1) };

    public List<(WindowScore Window, float[] Metrics)> Windows { get; } = [];

    public List<AlarmTransition> Transitions { get; } = [];

    public List<AlarmEvidence> Evidence { get; } = [];

    public List<(HealthyWindow Window, float[] Feature)> Kept { get; } = [];

    public RecordingLogger Log { get; } = new();

    public IEnumerable<string> Statuses => Windows.Select(entry => entry.Window.Status.ToWireName());

    /// <summary>Scores a signal that arrives in blocks of <paramref name="blockSamples"/>.</summary>
    public static async Task<BaselineRun> OfAsync(
        float[] samples, int blockSamples, CancellationToken cancellationToken, BaselineOptions? options = null)
    {
        var run = new BaselineRun();
        using var pipeline = new DetectorPipeline(new DetectorOptions { Shards = 1, Baseline = options ?? Quick }, [], TimeProvider.System, run.Log);
        AxisStream stream = pipeline.Streams.Resolve(new AxisId("press", "gearbox", "x"));
        Task running = pipeline.RunAsync(cancellationToken);
        Task reading = run.ReadAsync(pipeline, cancellationToken);
        for (int start = 0; start < samples.Length; start += blockSamples)
        {
            int count = Math.Min(blockSamples, samples.Length - start);
            SampleBatch batch = pipeline.SamplePool.Rent(count);
            samples.AsSpan(start, count).CopyTo(batch.FreeSpan());
            batch.Append(stream, TimeSource.Stamped, Origin + (long)(start * 1e9 / RateHz), RateHz, count);
            await pipeline.Inputs[0].WriteAsync(batch, cancellationToken);
        }

        pipeline.Inputs[0].Complete();
        await running;
        await reading;
        return run;
    }

    /// <summary>What must be the same however the signal was cut.</summary>
    public IReadOnlyList<string> Lines() =>
    [
        .. Windows.Select(entry => string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Window.TimeUnixNs} {entry.Window.Status} {entry.Window.State} {string.Join(' ', entry.Metrics.Select(m => m.ToString("R", CultureInfo.InvariantCulture)))}")),
        .. Transitions.Select(transition => transition.Id.ToString()),
    ];

    private async Task ReadAsync(DetectorPipeline pipeline, CancellationToken cancellationToken)
    {
        await foreach (ScoreBatch batch in pipeline.Output.ReadAllAsync(cancellationToken))
        {
            using (batch)
            {
                foreach (WindowScore window in batch.Windows)
                {
                    Windows.Add((window, batch.Metrics(window).ToArray()));
                }

                foreach (HealthyWindow window in batch.Healthy)
                {
                    Kept.Add((window, batch.Feature(window).ToArray()));
                }

                Transitions.AddRange(batch.Transitions);
                Evidence.AddRange(batch.Evidence);
            }
        }
    }
}
