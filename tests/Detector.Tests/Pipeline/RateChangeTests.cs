using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Pipeline;

public sealed class RateChangeTests
{
    private static readonly AxisId Axis = new("m", "s", "a");

    [Fact]
    public async Task RunAsync_RateChangesInOneBatch_KeepsTheOrderOfTheAxis()
    {
        using var run = new PipelineRun(1);

        await run.FeedAsync([TestBlock.Noise(Axis, 0, 40), Fast(40, 3000), TestBlock.Noise(Axis, 40, 40)], TestContext.Current.CancellationToken);

        WindowScore[] windows = [.. run.Of(Axis)];
        Assert.Equal(windows.OrderBy(window => window.TimeUnixNs), windows);
        Assert.Equal(
            [WindowStatus.NotCalibrated, WindowStatus.Gap, WindowStatus.NoModel, WindowStatus.Gap, WindowStatus.NotCalibrated],
            windows.Select(window => window.Status));
    }

    [Fact]
    public async Task RunAsync_BlockOfAnotherRateDuringAnAlarm_KeepsTheAlarm()
    {
        var rule = new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 2, OfWindows = 3 };
        using var run = new PipelineRun(1, rules: rule);

        await run.FeedAsync(
            [TestBlock.Noise(Axis, 0, 100, 100), Fast(100, 20), TestBlock.Noise(Axis, 2, 100, 100), TestBlock.Noise(Axis, 3, 100)], TestContext.Current.CancellationToken);

        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Normal], run.Transitions.Select(transition => transition.To));
        Assert.True(run.Transitions[1].EventTimeUnixNs > PipelineRun.Origin + 300_000_000);
    }

    [Fact]
    public async Task RunAsync_RateThatKeepsChanging_IsReportedOnce()
    {
        using var run = new PipelineRun(1, match: "m/*");
        var other = new AxisId("n", "s", "a");

        await run.FeedAsync(
            [TestBlock.Noise(Axis, 0, 100), Fast(100, 20), TestBlock.Noise(Axis, 2, 100), Fast(300, 20), TestBlock.Noise(other, 0, 9), TestBlock.Noise(other, 1, 9)],
            TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                $"Warning 2001 m/s/a comes at 2000 Hz but model {TestModels.PathOf("dense32.onnx")} expects 1000 Hz; its windows get the status noModel",
                "Warning 2000 n/s/a has no model: no Match of Detector:Models fits it; its windows get the status noModel",
            ],
            run.Log.Lines);
    }

    private static TestBlock Fast(int afterMs, int count) =>
        new(Axis, PipelineRun.Origin + (afterMs * 1_000_000L), 2 * TestModels.RateHz, new float[count]);
}
