using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Baselines;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Tests.Windows;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>The same samples give the same windows, scores and transitions, whatever the messages and however often the process dies.</summary>
public sealed class ReplayIdentityTests
{
    private static readonly AxisId[] Axes = [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x")];

    private static readonly Arbitrary<ReplayCase> Cases = ReplayCase.Gen.ToArbitrary();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void RunAsync_AnyCutsRepeatsOrderWithinLatenessAndCrashes_GiveIdenticalScoresAndTransitions() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(
            Cases, entry => CheckAsync(entry.Recording, entry.Crashes, entry.Shards).GetAwaiter().GetResult()));

    /// <summary>The baseline beside the model has learned, and its alarms come and go between the model's windows.</summary>
    [Fact]
    public void RunAsync_AnyCutsAndCrashesBesideABaseline_GiveIdenticalScoresAndTransitionsOfBoth()
    {
        int scored = 0, raised = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(Cases, entry => Count(
            CheckAsync(entry.Recording with { MaxStretch = 4000 }, entry.Crashes, entry.Shards).GetAwaiter().GetResult())));
        Assert.True(scored > 500 && raised > 10, $"{scored} windows scored, {raised} alarms");

        void Count(PipelineRun run)
        {
            scored += run.BaselineLines.Values.Sum(lines => lines.Count);
            raised += run.Transitions.Count(transition => transition.RuleId == "baseline-rms");
        }
    }

    private static async Task<PipelineRun> CheckAsync(Scramble recording, int[] crashes, int[] shards)
    {
        using PipelineRun whole = Run(recording, 1);
        await whole.FeedAsync(Axes.SelectMany((axis, i) => Of(recording, i).Stretches().Select(stretch => Block(i, stretch) with { Sequence = 1 })), Cancelled);

        TestBlock[] journal = Journal(recording);
        using Lives lives = await Lives.LiveAsync(journal, crashes, life => Run(recording, shards[life]), Cancelled);

        lives.AssertTellWhat(whole);
        return whole;
    }

    // What the stamps of messages tell of the rate depends on where a long recording is cut into them.
    private static PipelineRun Run(Scramble recording, int shards) => new(
        new DetectorOptions
        {
            Shards = shards,
            MaxBatch = 16,
            Lateness = TimeSpan.FromMilliseconds(recording.LatenessSamples),
            Baseline = BaselineRun.Shortest,
            Quality = new QualityOptions { Enabled = recording.MaxStretch <= 400 },
        },
        rules: PipelineRun.FixedRule);

    private static Scramble Of(Scramble recording, int axis) => recording with { Seed = recording.Seed / (axis + 1) };

    /// <summary>The arrivals of all axes.</summary>
    private static TestBlock[] Journal(Scramble recording) => TestBlock.Journal(
        new Random(recording.Seed), Axes.Select((_, i) => Of(recording, i).Arrivals().Select(block => Block(i, block))));

    /// <summary>Every other spell is loud; spells are longer once a baseline may have learned.</summary>
    private static TestBlock Block(int axis, (int First, int Count) block) =>
        TestBlock.Of(Axes[axis], block.First, block.Count, index => TestBlock.NoiseAt(axis, index, isLoud: index / (index < 4000 ? 32 : 500) % 2 != 0));
}
