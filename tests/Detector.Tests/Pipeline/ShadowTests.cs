using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;

namespace Thrum.Detector.Tests.Pipeline;

public sealed class ShadowTests
{
    private static readonly AxisId Axis = new("pump", "s1", "x");

    private static readonly AlarmRuleOptions Rule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 2, OfWindows = 3 };

    private static readonly DetectorOptions Options = new() { Shards = 2, MaxBatch = 16, Lateness = TimeSpan.Zero };

    private static readonly TestBlock[] Blocks = [.. Enumerable.Range(0, 6).Select(i => TestBlock.Noise(Axis, i, 100, amplitude: i is 2 or 3 ? 100 : 1))];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ShadowModel_BesideTheLiveOne_ScoresTheSameWindowsAndChangesNothing()
    {
        ModelAssignment candidate = Assign(TestModels.LoadRevision(("normaliser", """{"kind":"zscore","mean":0,"std":2}""")));
        using var alone = new PipelineRun(Options, Assign(TestModels.LoadRevision()));
        using var asLive = new PipelineRun(Options, candidate);
        using var run = new PipelineRun(Options, Assign(TestModels.LoadRevision()));
        run.Pipeline.Begin(candidate with { Role = ModelRole.Shadow });

        await alone.FeedAsync(Blocks, Cancelled);
        await asLive.FeedAsync(Blocks, Cancelled);
        await run.FeedAsync(Blocks, Cancelled);

        Assert.Equal(alone.Lines[Axis], run.Lines[Axis]);
        Assert.Equal(alone.Transitions, run.Transitions);
        Assert.Equal(asLive.Lines[Axis], run.ShadowLines[Axis]);
        Assert.Contains(asLive.Lines[Axis], line => line.Contains("active", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ShadowModel_BegunAndEnded_ScoresWhatLiesBetween()
    {
        ModelAssignment shadow = Assign(TestModels.LoadRevision(("scale", "5"))) with { Role = ModelRole.Shadow };
        using var run = new PipelineRun(Options, Assign(TestModels.LoadRevision()));
        run.Pipeline.Offer(shadow);

        await run.FeedAsync([Blocks[0] with { Command = Command(shadow.Model.Hash) }, Blocks[1] with { Command = Command("") }, Blocks[2]], Cancelled);

        Assert.Equal(["the shadow is in use", "the shadow has ended"], run.Results.Select(result => result.Message));
        Assert.Equal(6, run.ShadowLines[Axis].Count);
        Assert.Equal([("*", shadow.Model.Hash), ("*", "")], run.Pipeline.Models.Uses.Select(use => (use.Match, use.Revision)));
        shadow.Model.Dispose();
    }

    [Fact]
    public async Task ShadowModel_OfOtherWindows_IsLeftOut()
    {
        ModelAssignment shadow = Assign(TestModels.LoadRevision(("hop", "32"))) with { Role = ModelRole.Shadow };
        using var run = new PipelineRun(Options, Assign(TestModels.LoadRevision()));
        run.Pipeline.Offer(shadow);

        await run.FeedAsync([Blocks[0] with { Command = Command(shadow.Model.Hash) }, Blocks[1]], Cancelled);

        Assert.Empty(run.ShadowLines);
        Assert.Equal(11, run.Lines[Axis].Count);
        shadow.Model.Dispose();
    }

    private static ModelAssignment Assign(AutoencoderModel model) => new("*", model, [Rule.Resolve(model)]);

    private static OperatorCommand Command(string revision) => new()
    {
        Action = OperatorAction.ShadowModel,
        Target = AxisId.OfGateway,
        Model = "*",
        Revision = revision,
    };
}
