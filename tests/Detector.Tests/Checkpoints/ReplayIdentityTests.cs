using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Tests.Windows;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>The same samples give the same windows, scores and transitions, whatever the messages and however often the process dies.</summary>
public sealed class ReplayIdentityTests
{
    private static readonly AxisId[] Axes = [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x")];

    private static readonly Arbitrary<(Scramble Recording, int[] Crashes, int[] Shards)> Cases = (
        from recording in Scramble.Gen
        from crashes in Lives.Ends
        from shards in Gen.Choose(1, 3).ArrayOf(3)
        select (recording, crashes, shards)).ToArbitrary();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void RunAsync_AnyCutsRepeatsOrderWithinLatenessAndCrashes_GiveIdenticalScoresAndTransitions() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(
            Cases, entry => CheckAsync(entry.Recording, entry.Crashes, entry.Shards).GetAwaiter().GetResult()));

    private static async Task CheckAsync(Scramble recording, int[] crashes, int[] shards)
    {
        using PipelineRun whole = Run(recording, 1);
        await whole.FeedAsync(Axes.SelectMany((axis, i) => Of(recording, i).Stretches().Select(stretch => Block(i, stretch) with { Sequence = 1 })), Cancelled);

        TestBlock[] journal = Journal(recording);
        using Lives lives = await Lives.LiveAsync(journal, crashes, life => Run(recording, shards[life]), Cancelled);

        lives.AssertTellWhat(whole);
    }

    private static PipelineRun Run(Scramble recording, int shards) => new(
        new DetectorOptions { Shards = shards, MaxBatch = 16, Lateness = TimeSpan.FromMilliseconds(recording.LatenessSamples) }, rules: PipelineRun.FixedRule);

    private static Scramble Of(Scramble recording, int axis) => recording with { Seed = recording.Seed / (axis + 1) };

    /// <summary>The arrivals of all axes.</summary>
    private static TestBlock[] Journal(Scramble recording) => TestBlock.Journal(
        new Random(recording.Seed), Axes.Select((_, i) => Of(recording, i).Arrivals().Select(block => Block(i, block))));

    /// <summary>Every other spell is loud.</summary>
    private static TestBlock Block(int axis, (int First, int Count) block) =>
        TestBlock.Of(Axes[axis], block.First, block.Count, index => TestBlock.NoiseAt(axis, index, isLoud: index / 150 % 2 != 0));
}
