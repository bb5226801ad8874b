using Thrum.Detector.Alarms;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
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

    /// <summary>One rule for a level that has risen, in half a snapshot, and one for a blow that lasts a single window.</summary>
    private static readonly AlarmRuleOptions[] Rules =
    [
        new() { Id = "level", Metric = "mse", Threshold = ThresholdKind.Calibrated, RaiseSigma = 3.5, ClearSigma = 2, RaiseCount = 5, OfWindows = 10 },
        new() { Id = "blow", Metric = "lmse", Threshold = ThresholdKind.Calibrated, RaiseSigma = 8.5, ClearSigma = 2, RaiseCount = 1, OfWindows = 1 },
    ];

    [Theory]
    [InlineData("Bearing1_2", 826)]
    [InlineData("Bearing3_1", 490)]
    public void Alarm_BearingRunToFailure_IsRaisedByTheJumpOfTheLevelAndNotBefore(string bearing, int failing)
    {
        Signal[] snapshots = Read(bearing);
        using AutoencoderModel model = Train(snapshots[..HealthySnapshots]);
        using var scorer = new RecordingScorer(model);
        List<float>[] scores = [[], []];
        List<int> snapshotOfWindow = [];
        for (int snapshot = HealthySnapshots; snapshot < snapshots.Length; snapshot++)
        {
            scorer.Score(snapshots[snapshot].Samples, model.Metadata.HopSamples, scores);
            snapshotOfWindow.AddRange(Enumerable.Repeat(snapshot, scores[0].Count - snapshotOfWindow.Count));
        }

        int first = Rules.Select(rule => rule.Resolve(model)).Select(rule => AlarmTrial.Run(rule, scores[rule.MetricIndex]).FirstRaise)
            .Where(window => window >= 0).Select(window => snapshotOfWindow[window]).Min();

        Assert.Equal(failing, first);
    }

    private static Signal[] Read(string bearing)
    {
        var choice = new RecordingChoice(25600, 1, "horizontal", 0, 1);
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
