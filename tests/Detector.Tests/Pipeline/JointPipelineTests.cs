using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Pipeline;

public sealed class JointPipelineTests
{
    private static readonly AxisId X = new("m", "s", "x");
    private static readonly AxisId Y = new("m", "s", "y");
    private static readonly AxisId Z = new("m", "s", "z");
    private static readonly AxisId All = new("m", "s", AxisId.Joint);

    private static readonly AlarmRuleOptions Rule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 2, OfWindows = 3 };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_ThreeAxes_ScoresTheMeanAndEachAxis()
    {
        using PipelineRun run = await RunAsync(Blocks([X, Y, Z], 20, 50));

        // 1000 samples: (1000 − 24) / 10 + 1 windows, each of three axes and their mean.
        Assert.Equal([98, 98, 98, 98], new[] { All, X, Y, Z }.Select(axis => run.Lines[axis].Count));
        foreach (IGrouping<long, (WindowScore Window, float[] Metrics)> at in run.Windows.GroupBy(entry => entry.Window.TimeUnixNs))
        {
            float[][] axes = [.. at.Where(entry => entry.Window.Stream.Id != All).Select(entry => entry.Metrics)];
            (WindowScore joint, float[] mean) = at.Single(entry => entry.Window.Stream.Id == All);
            Assert.Equal(Enumerable.Range(0, 2).Select(metric => axes.Average(values => values[metric])), mean, (a, b) => Math.Abs(a - b) <= 1e-6f * Math.Abs(a));
            Assert.Equal((WindowStatus.Valid, mean[0], 50f), (joint.Status, joint.Score, joint.Threshold));
        }
    }

    [Fact]
    public async Task RunAsync_OneLoudAxis_AlarmsOnTheJointAxisAndNamesIt()
    {
        using PipelineRun run = await RunAsync(Blocks([X, Y, Z], 100, 50, (axis, block) => axis == Y && block is >= 30 and < 60 ? 100 : 1));

        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Normal], run.Transitions.Select(transition => transition.To));
        Assert.All(run.Transitions, transition => Assert.Equal(All, transition.Axis));
        Assert.Equal(2, run.Evidence.Count(evidence => evidence.TransitionId == run.Transitions[0].Id));
        Assert.All(run.Evidence, evidence =>
        {
            Assert.Equal(AxisId.Joint, evidence.Axis);
            Assert.Equal("y", evidence.Contributions[0].Axis);
            Assert.Equal(["x", "y", "z"], evidence.Contributions.Select(contribution => contribution.Axis).Order());
            Assert.Equal((JointModels.Window, JointModels.Window), (evidence.Window.Values.Count, evidence.Reconstruction.Values.Count));
        });
        AlarmEvidence first = run.Evidence[0];
        float score = run.Of(All).Single(window => window.TimeUnixNs == first.EventTimeUnixNs).Score;
        Assert.Equal(score, first.Contributions.Average(contribution => contribution.Value), 1e-5 * score);
        Assert.True(first.Contributions[0].Value > 10 * first.Contributions[1].Value);
    }

    [Fact]
    public async Task RunAsync_AxesWithoutNames_AreTakenInTheOrderOfTheirNames()
    {
        using PipelineRun named = await RunAsync(Blocks([X, Y, Z], 10, 50));
        using PipelineRun counted = await RunAsync(JointModels.LoadThreeAxes(axes: "3"), Blocks([Z, X, Y], 10, 50));

        Assert.Equal(named.Lines[All], counted.Lines[All]);
        Assert.Equal(named.Lines[X], counted.Lines[X]);
    }

    [Theory]
    [InlineData("""["x","y","z"]""")]
    [InlineData("3")]
    public async Task RunAsync_FurtherAxis_HasNoModel(string axes)
    {
        AxisId further = new("m", "s", "temperature");
        using PipelineRun run = await RunAsync(JointModels.LoadThreeAxes(axes), Blocks([X, Y, Z, further], 20, 50));

        Assert.Equal(98, run.Lines[All].Count);
        Assert.All(run.Of(further), window => Assert.Equal(WindowStatus.NoModel, window.Status));
        Assert.Contains(run.Log.Lines, line => line.Contains("temperature", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_AxisOfAnotherRate_HasNoModelAndTheOthersSayWhyNothingComes()
    {
        using PipelineRun run = await RunAsync(Blocks([X, Y, Z], 20, 50).Select(block => block.Axis == Z ? block with { RateHz = 500, Samples = block.Samples[..25] } : block));

        Assert.All(run.Of(Z), window => Assert.Equal(WindowStatus.NoModel, window.Status));
        Assert.Equal([WindowStatus.Gap], run.Of(All).Select(window => window.Status));
        Assert.Contains(run.Log.Lines, line => line.Contains("m/s/all has no windows yet", StringComparison.Ordinal) && line.EndsWith("z did not come", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_AxisOfTheReservedName_IsDropped()
    {
        using PipelineRun run = await RunAsync(Blocks([All, X, Y, Z], 20, 50));

        Assert.Equal(98, run.Lines[All].Count);
        Assert.Equal(20, run.Pipeline.Counters.DroppedFor(DropReason.BadAxis));
        Assert.Single(run.Log.Lines, line => line.Contains("is the name of the sensor's joint windows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_OneAxisRuns_TheSensorRuns()
    {
        var options = new DetectorOptions { Shards = 1, Operating = [new OperatingOptions { Match = "*", RunningAbove = 0.1, StartUp = TimeSpan.Zero }] };
        using var run = new PipelineRun(JointModels.LoadThreeAxes(), options, rules: Rule);

        await run.FeedAsync(Blocks([X, Y, Z], 30, 50, (axis, block) => axis == X && block is >= 10 and < 20 ? 1 : 0.001), Cancelled);

        WindowStatus[] statuses = [.. run.Of(All).Select(window => window.Status)];
        Assert.Equal([WindowStatus.Stopped, WindowStatus.Valid, WindowStatus.Stopped], statuses.Where((status, i) => i == 0 || statuses[i - 1] != status));
        Assert.Equal(statuses.Count(status => status == WindowStatus.Valid), run.Lines[Y].Count);
    }

    [Fact]
    public async Task RunAsync_QuantitiesOncePerSecond_AlarmOnTheJointAxis()
    {
        AxisId[] quantities = [new("pump", "s", "temperature"), new("pump", "s", "pressure"), new("pump", "s", "current")];
        using var run = new PipelineRun(
            JointModels.LoadThreeAxes("""["temperature","pressure","current"]""", rate: "1", feature: "quantities"), new DetectorOptions { Shards = 1 }, rules: Rule);

        // One value a message, in seconds instead of milliseconds.
        await run.FeedAsync(
            Blocks(quantities, 400, 1, (axis, block) => axis == quantities[1] && block >= 200 ? 100 : 1)
                .Select(block => block with { RateHz = 1, FirstUnixNs = PipelineRun.Origin + ((block.FirstUnixNs - PipelineRun.Origin) * 1000) }),
            Cancelled);

        Assert.Equal("pump/s/all", Assert.Single(run.Transitions).Axis.ToString());
        Assert.Equal("pressure", run.Evidence[^1].Contributions[0].Axis);
        Assert.Equal(((400 - 24) / 10) + 1, run.Lines[new AxisId("pump", "s", "all")].Count);
    }

    private static async Task<PipelineRun> RunAsync(IEnumerable<TestBlock> blocks) => await RunAsync(JointModels.LoadThreeAxes(), blocks);

    private static async Task<PipelineRun> RunAsync(Detector.Models.AutoencoderModel model, IEnumerable<TestBlock> blocks)
    {
        var run = new PipelineRun(model, new DetectorOptions { Shards = 1, Baseline = new() { Enabled = false } }, rules: Rule);
        await run.FeedAsync(blocks, Cancelled);
        return run;
    }

    /// <summary>Blocks of noise, those of one time one after the other.</summary>
    private static IEnumerable<TestBlock> Blocks(AxisId[] axes, int blocks, int samples, Func<AxisId, int, double>? amplitude = null) =>
        from block in Enumerable.Range(0, blocks)
        from axis in axes
        select TestBlock.Noise(axis, block, samples, amplitude?.Invoke(axis, block) ?? 1);
}
