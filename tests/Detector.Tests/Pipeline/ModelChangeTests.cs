using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Pipeline;

public sealed class ModelChangeTests
{
    private const string Everything = "*";

    private static readonly AxisId Axis = new("pump", "s1", "x");

    private static readonly AlarmRuleOptions Rule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 2, OfWindows = 3 };

    private static readonly DetectorOptions Options = new() { Shards = 2, MaxBatch = 16, Lateness = TimeSpan.Zero };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseModel_SameWindow_TakesOverBetweenTwoWindowsOfTheSameGrid()
    {
        ModelAssignment first = Assign(TestModels.LoadRevision()), second = Assign(TestModels.LoadRevision(("normaliser", """{"kind":"zscore","mean":0,"std":2}""")));
        using var run = new PipelineRun(Options, first);
        run.Pipeline.Offer(second);
        using var alone = new PipelineRun(Options, Assign(TestModels.LoadRevision(("normaliser", """{"kind":"zscore","mean":0,"std":2}"""))));
        TestBlock[] blocks = [TestBlock.Noise(Axis, 0, 100) with { Command = Use(second) }, TestBlock.Noise(Axis, 1, 100)];

        await run.FeedAsync(blocks, Cancelled);
        await alone.FeedAsync(blocks.Select(block => block with { Command = null }), Cancelled);

        Assert.Equal(new CommandResult(CommandOutcome.Applied, "the model is in use") { Axes = 1 }, Assert.Single(run.Results));
        Assert.Equal(alone.Of(Axis).Select(window => window.TimeUnixNs), run.Of(Axis).Select(window => window.TimeUnixNs));
        int before = run.Of(Axis).Count(window => window.Model.Revision == first.Model.Description.Revision);
        Assert.Equal(5, before);
        Assert.Equal(alone.Lines[Axis][before..], run.Lines[Axis][before..]);
        Assert.DoesNotContain(alone.Lines[Axis][0], run.Lines[Axis]);
        second.Model.Dispose();
    }

    [Fact]
    public async Task UseModel_WhileAnAlarmStands_KeepsItsStateUntilEnoughWindowsOfTheNewOneSpoke()
    {
        ModelAssignment second = Assign(TestModels.LoadRevision(("normaliser", """{"kind":"zscore","mean":0,"std":200}""")));
        using var run = new PipelineRun(Options, Assign(TestModels.LoadRevision()));
        run.Pipeline.Offer(second);

        await run.FeedAsync([TestBlock.Noise(Axis, 0, 100, amplitude: 100) with { Command = Use(second) }, TestBlock.Noise(Axis, 1, 100, amplitude: 100)], Cancelled);

        Assert.Equal(
            [(AlarmState.Normal, AlarmState.ActiveUnacknowledged), (AlarmState.ActiveUnacknowledged, AlarmState.Normal)],
            run.Transitions.Select(transition => (transition.From, transition.To)));
        Detector.Scores.WindowScore[] quiet = [.. run.Of(Axis).Where(window => window.Model.Revision == second.Model.Description.Revision)];
        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Normal], quiet[..2].Select(window => window.State));
        second.Model.Dispose();
    }

    [Fact]
    public async Task UseModel_OfAnotherWindow_StartsANewGrid()
    {
        ModelAssignment second = Assign(TestModels.LoadRevision(("hop", "32")));
        using var run = new PipelineRun(Options, Assign(TestModels.LoadRevision()));
        run.Pipeline.Offer(second);

        await run.FeedAsync([TestBlock.Noise(Axis, 0, 100) with { Command = Use(second) }, TestBlock.Noise(Axis, 1, 100)], Cancelled);

        Assert.Equal(
            [47, 63, 79, 95, 99, 131, 163, 195],
            run.Of(Axis).Skip(1).Select(window => (window.TimeUnixNs - PipelineRun.Origin) / 1_000_000));
        Assert.Equal(WindowStatus.Gap, run.Of(Axis).ElementAt(5).Status);
        second.Model.Dispose();
    }

    [Fact]
    public async Task UseModel_ForAxesWithoutOne_TakesThemFromTheirBaselineAndEndsItsAlarms()
    {
        var options = new DetectorOptions
        {
            Shards = 1,
            Lateness = TimeSpan.Zero,
            Models = [new ModelOptions { Path = "later.onnx", Match = "pump/*" }],
            Baseline = new BaselineOptions { BesideModels = false, Window = TimeSpan.FromMilliseconds(64), Learning = TimeSpan.FromSeconds(2), Calibration = TimeSpan.FromSeconds(2) },
        };
        using AutoencoderModel other = TestModels.LoadRevision(), later = TestModels.LoadRevision(("scale", "5"));
        var assignment = new ModelAssignment("pump/*", later, [Rule.Resolve(later)]);
        using var run = new PipelineRun(options, new ModelAssignment("none", other, []));
        run.Pipeline.Offer(assignment);

        await run.FeedAsync(
            [.. Enumerable.Range(0, 50).Select(i => TestBlock.Noise(Axis, i, 100)),
            .. Enumerable.Range(50, 5).Select(i => TestBlock.Noise(Axis, i, 100, amplitude: 100) with { Command = i == 54 ? Use(assignment) : null }),
            TestBlock.Noise(Axis, 55, 100)],
            Cancelled);

        Assert.Equal([WindowStatus.WarmingUp, WindowStatus.Valid, WindowStatus.Gap, WindowStatus.Valid], run.Of(Axis).Select(window => window.Status).Aggregate(
            new List<WindowStatus>(), (seen, status) => seen.Count > 0 && seen[^1] == status ? seen : [.. seen, status]));
        Assert.Equal(later.Description.Revision, run.Of(Axis).Last().Model.Revision);
        AlarmTransition[] ends = [.. run.Transitions.Where(transition => transition.To == AlarmState.Normal)];
        Assert.NotEmpty(ends);
        Assert.All(ends, transition => Assert.Equal("pump/s1/x: the model that it watched is no longer in use by ann", transition.Message));
        Assert.Equal(run.Transitions.Count - ends.Length, ends.Length);
    }

    [Fact]
    public async Task UseModel_UnknownRevisionOrEntry_SaysSoAndTheModelGoesOn()
    {
        using var run = new PipelineRun(Options, Assign(TestModels.LoadRevision()));
        using AutoencoderModel absent = TestModels.LoadRevision(("scale", "5"));

        await run.FeedAsync(
            [TestBlock.Noise(Axis, 0, 100) with { Command = Use(new ModelAssignment(Everything, absent, [])) },
            TestBlock.Noise(Axis, 1, 100) with { Command = Use(new ModelAssignment("fan/*", absent, [])) }],
            Cancelled);

        Assert.Equal([CommandOutcome.Unknown, CommandOutcome.Unknown], run.Results.Select(result => result.Outcome));
        Assert.Equal($"revision {absent.Hash} of the model for '*' is not at hand", run.Results[0].Message);
        Assert.All(run.Of(Axis), window => Assert.Equal(WindowStatus.Valid, window.Status));
        Assert.Empty(run.Pipeline.Models.Uses);
    }

    [Fact]
    public async Task UseModel_Applied_LetsTheOldModelGo()
    {
        ModelAssignment first = Assign(TestModels.LoadRevision()), second = Assign(TestModels.LoadRevision(("scale", "5")));
        using var run = new PipelineRun(Options, first);
        run.Pipeline.Offer(second);
        IEnumerable<TestBlock> Blocks()
        {
            yield return TestBlock.Noise(Axis, 0, 100) with { Command = Use(second) };
            run.Pipeline.Withdraw(first);
            first.Model.Dispose();
            yield return TestBlock.Noise(Axis, 1, 100);
        }

        await run.FeedAsync(Blocks(), Cancelled);

        Assert.Equal(11, run.Of(Axis).Count(window => window.HasScore));
        second.Model.Dispose();
    }

    [Fact]
    public void Forget_UsesBeforeTheLastAtOrBelow_AreGone()
    {
        var register = new ModelRegister(["a", "b"]);
        foreach ((string match, long sequence) in new[] { ("a", 0L), ("b", 0L), ("a", 5L), ("a", 9L), ("a", 5L) })
        {
            register.Note(new ModelUse(match, sequence, $"{sequence}"));
        }

        register.Forget(8);

        Assert.Equal([("b", 0L), ("a", 5L), ("a", 9L)], register.Uses.Select(use => (use.Match, use.Sequence)));
    }

    private static ModelAssignment Assign(AutoencoderModel model) => new(Everything, model, [Rule.Resolve(model)]);

    private static OperatorCommand Use(ModelAssignment assignment) => new()
    {
        Action = OperatorAction.UseModel,
        Target = AxisId.OfGateway,
        Model = assignment.Match,
        Revision = assignment.Model.Hash,
        By = "ann",
    };
}
