using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Checkpoints;

public sealed class RestartTests
{
    private static readonly AxisId[] Axes = [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x"), new("m3", "s1", "x")];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private sealed record Crash(int Blocks, int Seed, int[] Barriers, int At, int ShardsBefore, int ShardsAfter, int ReadFrom);

    private static readonly Arbitrary<Crash> Crashes = (
        from blocks in Gen.Choose(1, 60)
        from seed in Gen.Choose(0, int.MaxValue)
        from barriers in Gen.Choose(0, 59).ArrayOf(3)
        from at in Gen.Choose(0, 60)
        from before in Gen.Choose(1, 3)
        from after in Gen.Choose(1, 3)
        from readFrom in Gen.Choose(0, 100)
        select new Crash(blocks, seed, barriers, at, before, after, readFrom)).ToArbitrary();

    [Fact]
    public void RunAsync_CrashAnywhereThenRestored_GivesWhatARunWithoutCrashGives() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Crashes, crash => CheckAsync(crash).GetAwaiter().GetResult()));

    [Fact]
    public async Task RunAsync_BarrierToIdleShards_IsAnsweredByEveryShardWithTheSequence()
    {
        using var run = new PipelineRun(3);

        await run.FeedAsync([TestBlock.Noise(Axes[0], 0, 100) with { Sequence = 1, IsBarrier = true }, TestBlock.Noise(Axes[0], 1, 100) with { Sequence = 2, IsBarrier = true }], Cancelled);

        Assert.Equal([(0, 1L), (0, 2L), (1, 1L), (1, 2L), (2, 1L), (2, 2L)], run.Checkpoints.Order());
        Assert.Equal((Axes[0], 2L), (run.States.Keys.Single(), run.States.Values.Single().Sequence));
    }

    [Fact]
    public async Task RunAsync_StateThatDidNotChange_IsNotWrittenAgain()
    {
        using var run = new PipelineRun(1);

        await run.FeedAsync([TestBlock.Noise(Axes[0], 0, 100) with { Sequence = 1, IsBarrier = true }, TestBlock.Noise(Axes[1], 0, 100) with { Sequence = 2, IsBarrier = true }], Cancelled);

        Assert.Equal([(Axes[0], 1L), (Axes[1], 2L)], run.States.Values.Select(state => (state.Id, state.Sequence)));
    }

    [Fact]
    public async Task Restore_DamagedState_IsLoggedAndOnlyThatAxisStartsAnew()
    {
        using var before = new PipelineRun(1);
        await before.FeedAsync([.. Axes.Select((axis, i) => TestBlock.Noise(axis, 0, 40) with { Sequence = i + 1, IsBarrier = i == 3 })], Cancelled);
        using var after = new PipelineRun(1);
        StoredState[] states = [.. before.States.Values.Select((state, i) => i == 1 ? state with { Bytes = state.Bytes[..20] } : state)];

        Assert.Equal(3, after.Pipeline.Restore(states));
        await after.FeedAsync(Axes.Select((axis, i) => TestBlock.Noise(axis, 1, 40) with { Sequence = i + 5 }), Cancelled);

        Assert.Equal(["Error 2010 The stored state of m1/s1/y is damaged: its hash does not fit its content. It starts anew"], after.Log.Lines);
        Assert.Equal(PipelineRun.Origin + 47_000_000, after.Of(Axes[0]).First().TimeUnixNs);
        Assert.Equal(PipelineRun.Origin + 71_000_000, after.Of(Axes[1]).First().TimeUnixNs);
    }

    [Fact]
    public async Task Restore_OtherWindowOrRules_KeepsWhatFitsAndSaysWhatDoesNot()
    {
        using var before = new PipelineRun(1, rules: PipelineRun.FixedRule);
        await before.FeedAsync([TestBlock.Noise(Axes[0], 0, 40) with { Sequence = 1, IsBarrier = true }], Cancelled);
        using var after = new PipelineRun(1, rules: PipelineRun.FixedRule with { Id = "other" });

        Assert.Equal(1, after.Pipeline.Restore(before.States.Values));

        Assert.Equal(
            ["Warning 2011 Parts of the stored state of m1/s1/x do not fit its present model or settings and start anew: alarm/score"], after.Log.Lines);
    }

    [Fact]
    public async Task RunAsync_AfterTheDrain_ReturnsTheMemoryOfCheckpoints()
    {
        var run = new PipelineRun(2);
        await run.FeedAsync([TestBlock.Noise(Axes[0], 0, 100) with { Sequence = 1, IsBarrier = true }], Cancelled);
        run.Dispose();

        Assert.Equal((0, 0), (run.Pipeline.SamplePool.Rented, run.Pipeline.ScorePool.Rented));
    }

    private static async Task CheckAsync(Crash crash)
    {
        TestBlock[] journal = Journal(crash);
        using var whole = new PipelineRun(1, rules: PipelineRun.FixedRule);
        await whole.FeedAsync(journal, Cancelled);

        using var before = new PipelineRun(crash.ShardsBefore, rules: PipelineRun.FixedRule);
        await before.FeedAsync(journal.Take(crash.At), Cancelled);
        using var after = new PipelineRun(crash.ShardsAfter, rules: PipelineRun.FixedRule);
        Assert.Equal(before.States.Count, after.Pipeline.Restore(before.States.Values));
        long trimmed = before.Checkpoints.Count == 0 ? 0 : before.Checkpoints.GroupBy(c => c.Shard).Min(shard => shard.Max(c => c.Sequence));
        await after.FeedAsync(journal.Skip((int)(trimmed * crash.ReadFrom / 100)), Cancelled);

        foreach (AxisId axis in whole.Lines.Keys)
        {
            List<string> lines = before.Lines.GetValueOrDefault(axis, []), rest = after.Lines.GetValueOrDefault(axis, []);
            Assert.Equal(whole.Lines[axis], lines.Union(rest));
            Assert.Equal(rest.Count, rest.Distinct().Count());
        }

        Assert.Equal(whole.Transitions.OrderBy(t => t.Id), before.Transitions.Union(after.Transitions).OrderBy(t => t.Id));
    }

    /// <summary>Blocks of all axes cut anywhere, with repeats, holes and barriers, every other half second loud. The first axis has no stamps: nothing but the sequence tells a repeat.</summary>
    private static TestBlock[] Journal(Crash crash)
    {
        var random = new Random(crash.Seed);
        int[] sent = new int[Axes.Length];
        var blocks = new TestBlock[crash.Blocks];
        for (int i = 0; i < blocks.Length; i++)
        {
            int axis = random.Next(Axes.Length);
            sent[axis] = Math.Max(0, sent[axis] + (random.Next(8) switch { 0 => -random.Next(40), 1 => random.Next(30), _ => 0 }));
            int count = random.Next(1, 120);
            blocks[i] = TestBlock.Of(Axes[axis], sent[axis], count, index => TestBlock.NoiseAt(axis, index, isLoud: index / 500 % 2 != 0)) with
            {
                Sequence = i + 1,
                Time = axis == 0 ? TimeSource.Counted : TimeSource.Stamped,
                IsBarrier = crash.Barriers.Contains(i),
            };
            sent[axis] += count;
        }

        return blocks;
    }
}
