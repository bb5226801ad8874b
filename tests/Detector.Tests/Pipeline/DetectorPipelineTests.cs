using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Pipeline;

public sealed class DetectorPipelineTests
{
    private static readonly AxisId[] Axes =
        [.. Enumerable.Range(0, 7).SelectMany(m => new[] { "x", "y" }.Select(axis => new AxisId($"machine{m}", "s1", axis)))];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_SeveralMachines_GivesEveryWindowOfEveryAxisAtItsTime()
    {
        const int Blocks = 40, Samples = 100;
        using var run = new PipelineRun(3, rules: PipelineRun.FixedRule);

        await run.FeedAsync(Interleaved(Blocks, Samples), Cancelled);

        int windows = (((Blocks * Samples) - TestModels.Window) / TestModels.Hop) + 1;
        Assert.Equal(Axes.Length, run.Lines.Count);
        Assert.All(Axes, axis => Assert.Equal(
            Enumerable.Range(0, windows).Select(k => PipelineRun.Origin + (((k * TestModels.Hop) + TestModels.Window - 1) * 1_000_000L)),
            run.Of(axis).Select(window => window.TimeUnixNs)));
        Assert.All(run.Windows, entry =>
        {
            Assert.Equal(WindowStatus.Valid, entry.Window.Status);
            Assert.Equal((entry.Metrics[0], 50f), (entry.Window.Score, entry.Window.Threshold));
            Assert.True(entry.Metrics.Length == 3 && entry.Metrics.All(float.IsFinite));
        });
    }

    [Fact]
    public async Task RunAsync_OneShardOrThree_GivesTheSameLinesPerAxisAndTheSameTransitions()
    {
        using var one = new PipelineRun(1, rules: PipelineRun.FixedRule);
        using var three = new PipelineRun(3, rules: PipelineRun.FixedRule);

        await one.FeedAsync(Interleaved(30, 130, loudFrom: 10, loudTo: 20), Cancelled);
        await three.FeedAsync(Interleaved(30, 130, loudFrom: 10, loudTo: 20), Cancelled);

        Assert.True(Axes.Select(axis => three.Pipeline.Streams.Resolve(axis).Shard).Distinct().Count() > 1);
        Assert.All(Axes, axis => Assert.Equal(one.Lines[axis], three.Lines[axis]));
        Assert.Equal(2 * Axes.Length, one.Transitions.Count);
        Assert.Equal(one.Transitions.OrderBy(t => t.Id), three.Transitions.OrderBy(t => t.Id));
    }

    [Fact]
    public async Task RunAsync_ReplayInOtherBlocks_GivesTheSameLines()
    {
        AxisId axis = Axes[0];
        float[] recording = [.. Enumerable.Range(0, 20).SelectMany(i => TestBlock.Noise(axis, i, 100).Samples)];
        using var whole = new PipelineRun(1);
        using var cut = new PipelineRun(1);

        await whole.FeedAsync([new TestBlock(axis, PipelineRun.Origin, TestModels.RateHz, recording)], Cancelled);
        await cut.FeedAsync(recording.Chunk(7).Select((samples, i) => new TestBlock(axis, PipelineRun.Origin + (i * 7_000_000L), TestModels.RateHz, samples)), Cancelled);

        Assert.Equal(whole.Lines[axis], cut.Lines[axis]);
    }

    [Fact]
    public async Task RunAsync_LoudSpell_RaisesAndClearsOnceAndStatesTell()
    {
        AxisId axis = Axes[0];
        using var run = new PipelineRun(1, rules: PipelineRun.FixedRule);

        await run.FeedAsync(Enumerable.Range(0, 30).Select(i => TestBlock.Noise(axis, i, 100, i is >= 10 and < 20 ? 100 : 1)), Cancelled);

        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Normal], run.Transitions.Select(transition => transition.To));
        long raised = run.Transitions[0].EventTimeUnixNs, cleared = run.Transitions[1].EventTimeUnixNs;
        Assert.All(run.Of(axis), window => Assert.Equal(
            window.TimeUnixNs >= raised && window.TimeUnixNs < cleared ? AlarmState.ActiveUnacknowledged : AlarmState.Normal, window.State));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3e38f)]
    [InlineData(1e30f)]
    public async Task RunAsync_SampleThatCannotBeScored_MakesItsWindowsNonFiniteAndNoOthers(float bad)
    {
        AxisId axis = Axes[0];
        TestBlock block = TestBlock.Noise(axis, 0, 320);
        block.Samples[100] = bad;
        using var run = new PipelineRun(1, rules: PipelineRun.FixedRule);

        await run.FeedAsync([block], Cancelled);

        WindowScore[] windows = [.. run.Of(axis)];
        Assert.Equal(19, windows.Length);
        Assert.All(windows, (window, k) =>
        {
            bool holdsIt = k * TestModels.Hop <= 100 && (k * TestModels.Hop) + TestModels.Window > 100;
            Assert.Equal(holdsIt ? WindowStatus.NonFinite : WindowStatus.Valid, window.Status);
            Assert.Equal(holdsIt, float.IsNaN(window.Score));
            Assert.Equal(PipelineRun.Origin + (((k * TestModels.Hop) + TestModels.Window - 1) * 1_000_000L), window.TimeUnixNs);
        });
    }

    [Fact]
    public async Task RunAsync_WrongRateOrNoMatch_GivesNoModelOncePerSecond()
    {
        AxisId fast = Axes[0], unmatched = new("other", "s1", "x");
        using var run = new PipelineRun(1, match: "machine*");

        await run.FeedAsync([new TestBlock(fast, PipelineRun.Origin, 2000, new float[6000]), TestBlock.Noise(unmatched, 0, 2500)], Cancelled);

        Assert.Equal([WindowStatus.NoModel, WindowStatus.NoModel, WindowStatus.NoModel], run.Of(fast).Select(window => window.Status));
        Assert.Equal([PipelineRun.Origin + 999_000_000, PipelineRun.Origin + 1_999_000_000], run.Of(unmatched).Select(window => window.TimeUnixNs));
        Assert.All(run.Windows, entry => Assert.True(ReferenceEquals(entry.Window.Model, ScoredModel.None) && entry.Metrics.Length == 0));
    }

    [Fact]
    public async Task RunAsync_ModelWithoutLevels_ScoresAndSaysNotCalibrated()
    {
        AxisId axis = Axes[0];
        using var run = new PipelineRun(1, rules: new AlarmRuleOptions());

        await run.FeedAsync([TestBlock.Noise(axis, 0, 64)], Cancelled);

        Assert.All(run.Of(axis), window => Assert.Equal(
            (WindowStatus.NotCalibrated, false, true, true),
            (window.Status, float.IsNaN(window.Score), float.IsNaN(window.PValue), float.IsNaN(window.Threshold))));
    }

    [Fact]
    public async Task RunAsync_Hole_LeavesOneGapInPlace()
    {
        AxisId axis = Axes[0];
        using var run = new PipelineRun(1, rules: PipelineRun.FixedRule);

        await run.FeedAsync([TestBlock.Noise(axis, 0, 40), TestBlock.Noise(axis, 2, 40)], Cancelled);

        Assert.Equal([WindowStatus.Valid, WindowStatus.Gap, WindowStatus.Valid], run.Of(axis).Select(window => window.Status));
        Assert.Equal(PipelineRun.Origin + 39_000_000, run.Of(axis).ElementAt(1).TimeUnixNs);
    }

    [Fact]
    public async Task RunAsync_AfterTheDrain_CountersAndPoolsBalance()
    {
        var run = new PipelineRun(2);
        TestBlock[] blocks = [.. Interleaved(10, 100)];

        await run.FeedAsync([.. blocks, blocks[^1], blocks[0], blocks[1] with { FirstUnixNs = PipelineRun.Origin - 1_000_000_000 }], Cancelled);
        StageCounters counters = run.Pipeline.Counters;
        run.Dispose();

        Assert.Equal(blocks.Length + 3, counters.Received);
        Assert.Equal((2, 1), (counters.DroppedFor(DropReason.Duplicate), counters.DroppedFor(DropReason.Late)));
        StageCompliance.AssertSettled(counters);
        Assert.Equal((0, 0), (counters.Errors, run.Pipeline.SamplePool.Rented));
        Assert.Equal(0, run.Pipeline.ScorePool.Rented);
    }

    private static IEnumerable<TestBlock> Interleaved(int blocks, int samples, int loudFrom = 0, int loudTo = 0) =>
        Enumerable.Range(0, blocks).SelectMany(i => Axes.Select(axis => TestBlock.Noise(axis, i, samples, i >= loudFrom && i < loudTo ? 100 : 1)));
}
