using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Pipeline;

public sealed class JointModelChangeTests
{
    private static readonly AxisId[] Axes = [new("m", "s", "x"), new("m", "s", "y"), new("m", "s", "z")];
    private static readonly AxisId All = new("m", "s", AxisId.Joint);

    private static readonly AlarmRuleOptions Rule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 1, OfWindows = 1 };

    private static readonly DetectorOptions Options = new() { Shards = 1, MaxBatch = 16, Lateness = TimeSpan.Zero };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseModel_SameWindow_TakesOverBetweenTwoWindowsOfTheSameGrid()
    {
        ModelAssignment second = Assign(JointModels.LoadThreeAxes(std: 2));
        using var run = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes()));
        run.Pipeline.Offer(second);
        using var alone = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes(std: 2)));

        await run.FeedAsync(Blocks(second), Cancelled);
        await alone.FeedAsync(Blocks(null), Cancelled);

        int before = run.Of(All).Count(window => window.Model.Revision != second.Model.Description.Revision);
        Assert.Equal(8, before);
        Assert.Equal(alone.Lines[All][before..], run.Lines[All][before..]);
        Assert.Equal(alone.Lines[Axes[2]][before..], run.Lines[Axes[2]][before..]);
        second.Model.Dispose();
    }

    [Fact]
    public async Task UseModel_OfAnotherHop_StartsANewJointGrid()
    {
        ModelAssignment second = Assign(JointModels.LoadThreeAxes(hop: 24));
        using var run = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes()));
        run.Pipeline.Offer(second);

        await run.FeedAsync(Blocks(second), Cancelled);

        Assert.Equal(
            ["23 valid", "33 valid", "43 valid", "53 valid", "63 valid", "73 valid", "83 valid", "93 valid", "99 gap", "123 valid", "147 valid", "171 valid", "195 valid"], Told(run, All));
        Assert.Equal(12, run.Of(Axes[1]).Count(window => window.HasScore));
        second.Model.Dispose();
    }

    [Fact]
    public async Task UseModel_OfOneAxis_ScoresEachByItselfAndEndsTheJointAlarms()
    {
        ModelAssignment second = Assign(TestModels.LoadRevision());
        using var run = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes()));
        run.Pipeline.Offer(second);

        await run.FeedAsync(Blocks(second, amplitude: 100), Cancelled);

        Assert.Equal("99 gap", Told(run, All)[^1]);
        Assert.Equal(["131 valid", "147 valid", "163 valid", "179 valid", "195 valid"], Told(run, Axes[0]).Skip(8));
        AlarmTransition ended = Assert.Single(run.Transitions, transition => transition.To == AlarmState.Normal);
        Assert.Equal(All, ended.Axis);
        second.Model.Dispose();
    }

    [Fact]
    public async Task UseModel_OfSeveralAxesForOne_JoinsThem()
    {
        ModelAssignment second = Assign(JointModels.LoadThreeAxes());
        using var run = new PipelineRun(Options, Assign(TestModels.LoadRevision()));
        run.Pipeline.Offer(second);

        await run.FeedAsync(Blocks(second), Cancelled);

        Assert.Equal(["123 valid", "133 valid"], Told(run, All).Take(2));
        Assert.Equal(["95 valid", "99 gap", "123 valid"], Told(run, Axes[0]).Skip(4).Take(3));
        second.Model.Dispose();
    }

    [Fact]
    public async Task ShadowModel_BesideALiveModelOfSeveralAxes_ScoresTheJointWindowsAndChangesNothing()
    {
        ModelAssignment candidate = Assign(JointModels.LoadThreeAxes(std: 0.02));
        using var alone = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes()));
        using var asLive = new PipelineRun(Options, candidate);
        using var run = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes()));
        run.Pipeline.Begin(candidate with { Role = ModelRole.Shadow });

        await alone.FeedAsync(Blocks(null), Cancelled);
        await asLive.FeedAsync(Blocks(null), Cancelled);
        await run.FeedAsync(Blocks(null), Cancelled);

        Assert.Equal(alone.Lines, run.Lines);
        Assert.Equal(alone.Transitions, run.Transitions);
        Assert.Equal([All], run.ShadowLines.Keys);
        Assert.Equal(asLive.Lines[All], run.ShadowLines[All]);
        Assert.Contains(run.ShadowLines[All], line => line.Contains("active", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ShadowModel_GivenAndPromotedBetweenBlocks_ScoresFromThereAndThenIsTheModel()
    {
        AutoencoderModel model = JointModels.LoadThreeAxes(std: 0.02);
        ModelAssignment next = Assign(model), shadow = next with { Role = ModelRole.Shadow };
        using var run = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes()));
        run.Pipeline.Offer(shadow);
        run.Pipeline.Offer(next);
        using var asLive = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes(std: 0.02)));
        TestBlock[] blocks = [.. from index in Enumerable.Range(0, 3) from axis in Axes select TestBlock.Noise(axis, index, 100)];
        TestBlock[] changed = [.. blocks];
        changed[2] = changed[2] with { Command = Use(shadow) with { Action = OperatorAction.ShadowModel } };
        changed[5] = changed[5] with { Command = Use(next) };

        await run.FeedAsync(changed, Cancelled);
        await asLive.FeedAsync(blocks, Cancelled);

        Assert.All(run.Results, result => Assert.True(result.Axes > 0, result.Message));
        Assert.Equal(asLive.Lines[All].Count - 8, run.ShadowLines[All].Count);
        int promoted = run.Of(All).Count(window => window.Model.Revision != model.Description.Revision);
        Assert.Equal(asLive.Windows.Where(entry => entry.Window.Stream.Id == All).Skip(promoted).Select(entry => entry.Window.Score), run.Of(All).Skip(promoted).Select(window => window.Score));
        model.Dispose();
    }

    [Fact]
    public async Task ShadowModel_OfTheSameAxesInAnotherOrder_IsLeftOut()
    {
        ModelAssignment shadow = Assign(JointModels.LoadThreeAxes(axes: """["z","y","x"]""")) with { Role = ModelRole.Shadow };
        using var run = new PipelineRun(Options, Assign(JointModels.LoadThreeAxes()));
        run.Pipeline.Begin(shadow);

        await run.FeedAsync(Blocks(null), Cancelled);

        Assert.Empty(run.ShadowLines);
        Assert.NotEmpty(run.Lines[All]);
        shadow.Model.Dispose();
    }

    private static string[] Told(PipelineRun run, AxisId axis) =>
        [.. run.Of(axis).Select(window => $"{(window.TimeUnixNs - PipelineRun.Origin) / 1_000_000} {window.Status.ToWireName()}")];

    /// <summary>Two blocks of each axis; between them the model changes.</summary>
    private static IEnumerable<TestBlock> Blocks(ModelAssignment? second, double amplitude = 1) =>
        from index in Enumerable.Range(0, 2)
        from axis in Axes
        let block = TestBlock.Noise(axis, index, 100, amplitude)
        select second is not null && index == 0 && axis == Axes[^1] ? block with { Command = Use(second) } : block;

    private static ModelAssignment Assign(AutoencoderModel model) => new("*", model, [Rule.Resolve(model)]);

    private static OperatorCommand Use(ModelAssignment assignment) => new()
    {
        Action = OperatorAction.UseModel,
        Target = AxisId.OfGateway,
        Model = assignment.Match,
        Revision = assignment.Model.Hash,
        By = "ann",
    };
}
