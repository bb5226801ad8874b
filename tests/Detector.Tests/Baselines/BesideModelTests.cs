using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Evidence;
using Thrum.Detector.Machines;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Baselines;

/// <summary>The scores that need no model, on axes that have one.</summary>
public sealed class BesideModelTests
{
    private const int Window = 64;
    private static readonly AxisId Axis = new("pump", "s1", "x");

    private static readonly DetectorOptions Options = new() { Shards = 1, MaxBatch = 16, Lateness = TimeSpan.Zero, Baseline = BaselineRun.Shortest };

    /// <summary>Its level lies beyond what this noise reaches: the model itself never alarms.</summary>
    private static readonly AlarmRuleOptions Deaf = new() { Threshold = ThresholdKind.Fixed, Raise = 1e9 };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AxisWithAModel_LouderMachine_RaisesTheBaselinesAlarmByName()
    {
        using var run = new PipelineRun(Options, rules: Deaf);

        await run.FeedAsync(Noise(Axis, 60, 20), Cancelled);

        // 40 windows to learn, 20 quiet ones and 20 loud ones with scores: three loud ones raise.
        Assert.Equal(40, run.BaselineLines[Axis].Count);
        AlarmTransition rms = Assert.Single(run.Transitions, transition => transition.RuleId == "baseline-rms");
        Assert.Equal(TimeOf((63 * Window) - 1), rms.EventTimeUnixNs);
        Assert.Equal("dense32", Assert.Single(run.Windows.Select(entry => entry.Window.Model.Name).Distinct()));
        Assert.All(run.Of(Axis), window => Assert.Equal(window.TimeUnixNs > run.Transitions[0].EventTimeUnixNs, window.State != AlarmState.Normal));
    }

    [Fact]
    public async Task Evidence_OfTheBaselinesAlarm_SaysWhatScoredIt()
    {
        using var run = new PipelineRun(Options with { Measures = new() { Buffer = TimeSpan.FromMilliseconds(256) } }, rules: Deaf);

        await run.FeedAsync(Noise(Axis, 60, 20), Cancelled);

        AlarmTransition rms = run.Transitions.Single(transition => transition.RuleId == "baseline-rms");
        AlarmEvidence[] taken = [.. run.Evidence.Where(evidence => evidence.TransitionId == rms.Id)];
        Assert.Equal(2, taken.Length);
        Assert.All(taken, evidence => Assert.Equal("baseline", evidence.Decision!.Scorer));
    }

    [Fact]
    public async Task ModelScores_WithAndWithoutABaselineBeside_AreTheSame()
    {
        using var with = new PipelineRun(Options, rules: Deaf);
        using var without = new PipelineRun(Options with { Baseline = BaselineRun.Shortest with { BesideModels = false } }, rules: Deaf);

        await with.FeedAsync(Noise(Axis, 60, 0), Cancelled);
        await without.FeedAsync(Noise(Axis, 60, 0), Cancelled);

        Assert.Equal(without.Lines[Axis], with.Lines[Axis]);
        Assert.Empty(without.BaselineLines);
        Assert.Equal(20, with.BaselineLines[Axis].Count);
    }

    [Fact]
    public async Task RateThatTheModelDoesNotFit_IsScoredAgainstTheBaseline()
    {
        using var run = new PipelineRun(Options, rules: Deaf);
        TestBlock[] fast = [.. Noise(Axis, 100, 20).Select((block, i) => block with { RateHz = 2000, FirstUnixNs = PipelineRun.Origin + (i * 50_000_000L) })];

        await run.FeedAsync(fast, Cancelled);

        // A second at twice the rate: 31 windows to learn, and 31 to calibrate.
        Assert.Equal(58, run.Of(Axis).Count(window => window.Status == WindowStatus.Valid));
        Assert.All(run.Of(Axis), window => Assert.Equal("baseline", window.Model.Name));
        Assert.Contains(run.Transitions, transition => transition.RuleId == "baseline-rms");
        Assert.Empty(run.BaselineLines);
        Assert.Single(run.Log.Lines, line => line.StartsWith("Warning 2001", StringComparison.Ordinal) && line.EndsWith("it is scored against its own baseline", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ModelThatGoesLive_KeepsTheBaselineAndItsStandingAlarm()
    {
        ModelAssignment learned = new(Axis.ToString(), TestModels.LoadDense(), []);
        using var run = new PipelineRun(
            Options with { Models = [new ModelOptions { Path = "absent.onnx", Match = Axis.ToString(), Optional = true }] }, new ModelAssignment("other", TestModels.LoadDense(), []));
        run.Pipeline.Offer(learned);
        TestBlock[] blocks = [.. Noise(Axis, 60, 20)];
        int at = 3 + (60 * Window / 100);
        blocks[at] = blocks[at] with
        {
            Command = new() { Action = OperatorAction.UseModel, Target = AxisId.OfGateway, Model = Axis.ToString(), Revision = learned.Model.Hash },
        };

        await run.FeedAsync([.. blocks, .. Quiet(10)], Cancelled);

        Assert.Equal("the model is in use", Assert.Single(run.Results).Message);
        Assert.Equal(
            [AlarmState.ActiveUnacknowledged, AlarmState.Normal], run.Transitions.Where(transition => transition.RuleId == "baseline-rms").Select(transition => transition.To));
        Assert.True(run.BaselineLines[Axis].Count > 10);
        Assert.Equal(["baseline", "dense32"], run.Of(Axis).Select(window => window.Model.Name).Distinct());
        learned.Model.Dispose();
    }

    [Fact]
    public async Task Vote_OverBaselineRules_CountsAxesWithAModel()
    {
        var other = new AxisId("pump", "s2", "x");
        using var run = new PipelineRun(Options with { Votes = [new VoteOptions { Rules = "baseline-*", AtLeast = 2, SilentAfter = TimeSpan.FromSeconds(1) }] }, rules: Deaf);

        await run.FeedAsync(Noise(Axis, 60, 20).Zip(Noise(other, 60, 20)).SelectMany(pair => new[] { pair.First, pair.Second }), Cancelled);

        Assert.Contains(run.Transitions, transition => transition.RuleId == "machine" && transition.To == AlarmState.ActiveUnacknowledged);
    }

    [Fact]
    public async Task OperatorsWord_OnTheBaselinesAlarm_SetsItsLevelAlone()
    {
        using var run = new PipelineRun(Options, rules: Deaf);
        TestBlock[] blocks = [.. Noise(Axis, 60, 20)];
        blocks[^3] = blocks[^3] with { Command = new() { Action = OperatorAction.ThisWasNormal, Target = Axis, RuleId = "baseline-rms" } };

        await run.FeedAsync(blocks, Cancelled);

        Assert.Equal(
            [AlarmState.ActiveUnacknowledged, AlarmState.Normal], run.Transitions.Where(transition => transition.RuleId == "baseline-rms").Select(transition => transition.To));
        Assert.All(run.Of(Axis), window => Assert.Equal(1e9f, window.Threshold));
    }

    [Fact]
    public async Task AxesOfAJointModel_HaveABaselineEach()
    {
        using var run = new PipelineRun(JointModels.LoadThreeAxes(), Options, rules: Deaf);
        AxisId[] axes = [.. new[] { "x", "y", "z" }.Select(name => Axis with { Axis = name })];
        TestBlock[][] blocks = [.. axes.Select((axis, i) => Noise(axis, 60, i == 1 ? 20 : 0).ToArray())];

        await run.FeedAsync(Enumerable.Range(0, blocks[1].Length).SelectMany(i => blocks.Where(axis => i < axis.Length).Select(axis => axis[i])), Cancelled);

        Assert.Equal([axes[1]], run.Transitions.Where(transition => transition.RuleId == "baseline-rms").Select(transition => transition.Axis));
        Assert.All(axes, axis => Assert.NotEmpty(run.BaselineLines[axis]));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Vote_OverBaselineRules_CountsAxesOfAJointModel(int atLeast, bool isRaised)
    {
        var vote = new VoteOptions { Rules = "baseline-*", Of = VoterKind.Axes, AtLeast = atLeast, SilentAfter = TimeSpan.FromSeconds(1) };
        using var run = new PipelineRun(JointModels.LoadThreeAxes(), Options with { Votes = [vote] }, rules: Deaf);
        TestBlock[][] blocks = [.. new[] { "x", "y", "z" }.Select((name, i) => Noise(Axis with { Axis = name }, 60, 40).Select(block => i > 0 ? block : Quieter(block)).ToArray())];

        await run.FeedAsync(Enumerable.Range(0, blocks[0].Length).SelectMany(i => blocks.Select(axis => axis[i])), Cancelled);

        Assert.Equal(isRaised, run.Transitions.Any(transition => transition.RuleId == "machine" && transition.To == AlarmState.ActiveUnacknowledged));
    }

    /// <summary>The block as it is where the noise is not loud.</summary>
    private static TestBlock Quieter(TestBlock block) => block with { Samples = [.. block.Samples.Select((sample, i) => block.FirstUnixNs + (i * 1_000_000L) < TimeOf(60 * Window) ? sample : sample / 4)] };

    /// <summary>So many quiet and then loud windows of noise, in blocks of 100 samples.</summary>
    private static IEnumerable<TestBlock> Noise(AxisId axis, int quiet, int loud)
    {
        var random = new Random((int)(StableHash.Of(axis.ToString()) & 0xFFFF));
        float[] samples = [.. Enumerable.Range(0, (quiet + loud) * Window).Select(i => (i < quiet * Window ? 1 : 4) * (float)((2 * random.NextDouble()) - 1))];
        return samples.Chunk(100).Select((block, i) => new TestBlock(axis, TimeOf(100 * i), TestModels.RateHz, block));
    }

    /// <summary>Quiet blocks behind 80 windows.</summary>
    private static IEnumerable<TestBlock> Quiet(int blocks)
    {
        var random = new Random(5);
        return Enumerable.Range(0, blocks).Select(i => new TestBlock(
            Axis, TimeOf((80 * Window) + (100 * i)), TestModels.RateHz, [.. Enumerable.Range(0, 100).Select(_ => (float)((2 * random.NextDouble()) - 1))]));
    }

    private static long TimeOf(int sample) => PipelineRun.Origin + (sample * 1_000_000L);
}
