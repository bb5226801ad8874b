using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Gateway.Workflows;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Tests.Workflows;

/// <summary>
/// Bearings run to failure: the PRONOSTIA set of the IEEE PHM 2012 challenge, a snapshot of 0.1 s every ten seconds. One
/// configuration for both, trained and calibrated on the first 150 snapshots.
/// </summary>
public sealed class RunToFailureTests
{
    private const int HealthySnapshots = 150;
    private const int Window = 256;
    private const double RateHz = 25_600;
    private const long Origin = 1_763_769_600_000_000_000;
    private const long SnapshotNs = 10_000_000_000;

    /// <summary>One rule for a level that has risen, in half a snapshot, and one for a blow that lasts a single window.</summary>
    private static readonly AlarmRuleOptions[] Rules =
    [
        new() { Id = "level", Metric = "mse", Threshold = ThresholdKind.Calibrated, RaiseSigma = 3.5, ClearSigma = 2, RaiseCount = 5, OfWindows = 10 },
        new() { Id = "blow", Metric = "lmse", Threshold = ThresholdKind.Calibrated, RaiseSigma = 8.5, ClearSigma = 2, RaiseCount = 1, OfWindows = 1 },
    ];

    [Theory]
    [InlineData("Bearing1_2", 826)]
    [InlineData("Bearing3_1", 490)]
    public async Task Alarm_BearingRunToFailure_IsRaisedByTheJumpOfTheLevelAndNotBefore(string bearing, int failing)
    {
        Signal[] snapshots = Read(bearing);
        using AutoencoderModel model = Train(snapshots[..HealthySnapshots]);

        List<AlarmTransition> transitions = await WatchAsync(model, snapshots);

        long first = transitions.Where(transition => transition.To.IsActive()).Min(transition => transition.EventTimeUnixNs);
        Assert.Equal(failing, (first - Origin) / SnapshotNs);
        Assert.All(transitions, transition => Assert.Contains(transition.RuleId, Rules.Select(rule => rule.Id)));
    }

    /// <summary>The detector as it runs on the gateway: each snapshot is a message with its time, and a hole lies between it and the next.</summary>
    private static async Task<List<AlarmTransition>> WatchAsync(AutoencoderModel model, Signal[] snapshots)
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        var assignment = new ModelAssignment("*", model, [.. Rules.Select(rule => rule.Resolve(model))]);
        using var pipeline = new DetectorPipeline(
            new DetectorOptions { Shards = 1, Quality = new QualityOptions { Enabled = false } }, [assignment], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        AxisStream stream = pipeline.Streams.Resolve(new AxisId("rig", "bearing", "x"));
        Task run = pipeline.RunAsync(cancelled);
        Task<List<AlarmTransition>> read = ReadAsync(pipeline, cancelled);
        for (int snapshot = HealthySnapshots; snapshot < snapshots.Length; snapshot++)
        {
            float[] samples = snapshots[snapshot].Samples;
            SampleBatch batch = pipeline.SamplePool.Rent(samples.Length);
            samples.CopyTo(batch.FreeSpan());
            batch.Append(stream, TimeSource.Stamped, Origin + (snapshot * SnapshotNs), RateHz, samples.Length);
            await pipeline.Inputs[0].WriteAsync(batch, cancelled);
        }

        pipeline.Inputs[0].Complete();
        await run;
        return await read;
    }

    private static async Task<List<AlarmTransition>> ReadAsync(DetectorPipeline pipeline, CancellationToken cancelled)
    {
        var transitions = new List<AlarmTransition>();
        await foreach (ScoreBatch batch in pipeline.Output.ReadAllAsync(cancelled))
        {
            using (batch)
            {
                transitions.AddRange(batch.Transitions);
            }
        }

        return transitions;
    }

    private static Signal[] Read(string bearing)
    {
        var choice = new RecordingChoice(RateHz, 1, "horizontal", 0, 1);
        return [.. Directory.GetFiles(Require.SharedData("pronostia", bearing), "acc_*.csv").Order(StringComparer.Ordinal).Select(choice.Read)];
    }

    private static AutoencoderModel Train(Signal[] healthy)
    {
        var request = new TrainingRequest
        {
            Signals = healthy,
            Options = new TrainingOptions { Model = $"dense:{Window}-{Window / 2}-{Window / 8}-{Window / 2}-{Window}", Epochs = 40 },
            WindowSamples = Window,
            HopSamples = Window,
            Metrics = MetricExpression.ParseList(["mse", "lmse"]),
            Scale = 4,
            Date = new DateOnly(2026, 1, 2),
        };
        return AutoencoderModel.Load("bearing", request.Run(null, CancellationToken.None).Onnx);
    }
}
