using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Baselines;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Tests.Windows;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>The same samples give the same windows, scores and transitions, whatever the messages and however often the process dies.</summary>
public sealed class ReplayIdentityTests
{
    private static readonly AxisId[] Axes = [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x")];

    private static readonly AlarmRuleOptions FixedRule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 2, OfWindows = 3 };

    private static readonly Arbitrary<(Scramble Recording, int[] Crashes, int[] Shards)> Cases = (
        from recording in Scramble.Gen
        from crashes in Gen.Choose(0, 99).ArrayOf(2)
        from shards in Gen.Choose(1, 3).ArrayOf(3)
        select (recording, crashes.Order().ToArray(), shards)).ToArbitrary();

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
        await whole.FeedAsync(Axes.SelectMany((axis, i) => Of(recording, i).Stretches().Select(stretch => Block(i, stretch, 1))), Cancelled);

        TestBlock[] journal = Journal(recording);
        var runs = new List<PipelineRun>();
        for (int life = 0; life <= crashes.Length; life++)
        {
            PipelineRun run = Run(recording, shards[life]);
            if (life > 0)
            {
                run.Pipeline.Restore(runs[^1].States.Values);
                foreach ((AxisId axis, var state) in runs[^1].States)
                {
                    run.States[axis] = state;
                }
            }

            runs.Add(run);
            await run.FeedAsync(life < crashes.Length ? journal.Take(crashes[life] * journal.Length / 100) : journal, Cancelled);
        }

        Assert.Equal(whole.Lines.Keys.ToHashSet(), runs.SelectMany(run => run.Lines.Keys).ToHashSet());
        Assert.All(whole.Lines, entry => Assert.Equal(entry.Value, runs.SelectMany(run => run.Lines.GetValueOrDefault(entry.Key, [])).Distinct()));
        Assert.All(whole.BaselineLines, entry => Assert.Equal(entry.Value, runs.SelectMany(run => run.BaselineLines.GetValueOrDefault(entry.Key, [])).Distinct()));
        Assert.Equal(whole.Transitions.OrderBy(t => t.Id), runs.SelectMany(run => run.Transitions).Distinct().OrderBy(t => t.Id));
        runs.ForEach(run => run.Dispose());
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
        rules: FixedRule);

    private static Scramble Of(Scramble recording, int axis) => recording with { Seed = recording.Seed / (axis + 1) };

    /// <summary>The arrivals of all axes mixed, numbered, with barriers here and there.</summary>
    private static TestBlock[] Journal(Scramble recording)
    {
        var random = new Random(recording.Seed);
        Queue<TestBlock>[] axes = [.. Axes.Select((_, i) => new Queue<TestBlock>(Of(recording, i).Arrivals().Select(block => Block(i, block, 0))))];
        var journal = new List<TestBlock>();
        while (axes.Where(axis => axis.Count > 0).ToArray() is { Length: > 0 } left)
        {
            journal.Add(left[random.Next(left.Length)].Dequeue() with { Sequence = journal.Count + 1, IsBarrier = random.Next(15) == 0 });
        }

        return [.. journal];
    }

    private static TestBlock Block(int axis, (int First, int Count) block, long sequence) => new(
        Axes[axis], PipelineRun.Origin + (block.First * 1_000_000L), TestModels.RateHz, [.. Enumerable.Range(block.First, block.Count).Select(s => Sample(axis, s))])
    {
        Sequence = sequence,
    };

    /// <summary>The same sample has the same value in every block, and every other spell is loud; spells are longer once a baseline may have learned.</summary>
    private static float Sample(int axis, int index) =>
        (float)((new Random((axis * 1_000_003) + index).NextDouble() - 0.5) * (index / (index < 4000 ? 32 : 500) % 2 == 0 ? 2 : 200));
}
