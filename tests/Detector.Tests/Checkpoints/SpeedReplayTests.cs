using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Commands;
using Thrum.Detector.Tests.Operating;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Tests.Windows;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>
/// The same samples and speeds give the same windows, states, bands, scores and transitions, whatever the messages of both topics, in any order within the lateness, and however often the
/// process dies.
/// </summary>
public sealed class SpeedReplayTests
{
    private const int StepMs = 25;
    private static readonly AxisId[] Axes = [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x")];

    private static readonly Arbitrary<ReplayCase> Cases = ReplayCase.Gen.ToArbitrary();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void RunAsync_AnyCutsOrderAndCrashes_GiveIdenticalStatesBandsAndTransitions()
    {
        var seen = new HashSet<string>();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(
            Cases, entry => CheckAsync(entry.Recording, entry.Crashes, entry.Shards, seen).GetAwaiter().GetResult()));

        // Else it would compare nothing with nothing.
        Assert.Superset(new HashSet<string> { "valid", "notCalibrated", "stopped", "noSpeed", "bandChange", "transition" }, seen);
    }

    /// <summary>A command takes effect at its place in the journal: the same journal gives the same, whenever the process dies.</summary>
    [Fact]
    public void RunAsync_RecalibrationInMidStreamAndCrashes_GiveIdenticalScoresAndTransitions()
    {
        int thresholds = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Cases, entry =>
        {
            TestBlock[] journal = WithCommands(Journal(entry.Recording), new Random(entry.Recording.Seed));
            using PipelineRun whole = Run(entry.Recording, 1);
            whole.FeedAsync(journal, Cancelled).GetAwaiter().GetResult();
            using Lives lives = LiveAsync(entry.Recording, journal, entry.Crashes, entry.Shards).GetAwaiter().GetResult();
            AssertTellWhat(whole, lives);
            Assert.Equal(
                whole.Windows.Select(window => (window.Window.Stream.Id, window.Window.TimeUnixNs, window.Window.Threshold)).ToHashSet(),
                lives.Windows.Select(window => (window.Window.Stream.Id, window.Window.TimeUnixNs, window.Window.Threshold)).ToHashSet());
            thresholds = Math.Max(thresholds, whole.Windows.Select(window => window.Window.Threshold).Where(float.IsFinite).Distinct().Count());
        }));

        // Two of the model, two of the operators, at least.
        Assert.InRange(thresholds, 4, 100);
    }

    private static TestBlock[] WithCommands(TestBlock[] journal, Random random)
    {
        using AutoencoderModel model = SpeedRun.LoadModel();
        return [.. journal.Select((block, i) => block with { Sequence = (2 * i) + 1, Command = random.Next(10) == 0 ? Command(random, model.Hash) : null })];
    }

    private static OperatorCommand Command(Random random, string revision)
    {
        OperatingBand band = random.Next(2) == 0 ? SpeedRun.Slow : SpeedRun.Top;
        AxisId axis = Axes[random.Next(Axes.Length)];
        return random.Next(4) switch
        {
            0 => new OperatorCommand { Action = OperatorAction.RestoreCalibration, Target = axis, Band = band.Name },
            1 => new OperatorCommand { Action = OperatorAction.ThisWasNormal, Target = axis, RuleId = "score" },
            _ => new OperatorCommand
            {
                Action = OperatorAction.Recalibrate,
                Target = axis,
                Calibration = (RecalibrateTests.Around(revision, 10 + random.Next(200), 20 + random.Next(300)) with { Band = band }).ToJson(),
            },
        };
    }

    private static async Task CheckAsync(Scramble recording, int[] crashes, int[] shards, HashSet<string> seen)
    {
        using PipelineRun whole = Run(recording, 1);
        await whole.FeedAsync(
            Axes.SelectMany((axis, i) => Of(recording, i).Stretches().Select(stretch => (Key: stretch.First + stretch.Count, Block: Block(i, stretch))))
                .Concat(Machines.SelectMany(machine => Speeds(recording, machine).Select(speed => (Key: speed.Ms, Block: SpeedRun.Speed(machine, speed.Ms, speed.Value)))))
                .OrderBy(entry => entry.Key).Select(entry => entry.Block with { Sequence = 1 }),
            Cancelled);

        using Lives lives = await LiveAsync(recording, Journal(recording), crashes, shards);
        AssertTellWhat(whole, lives);
        seen.UnionWith(whole.Windows.Select(window => window.Window.Status.ToWireName()));
        seen.UnionWith(whole.Transitions.Select(_ => "transition"));
    }

    private static Task<Lives> LiveAsync(Scramble recording, TestBlock[] journal, int[] crashes, int[] shards) =>
        Lives.LiveAsync(journal, crashes, life => Run(recording, shards[life]), Cancelled);

    private static void AssertTellWhat(PipelineRun whole, Lives lives)
    {
        Assert.DoesNotContain(lives.LogLines, line => line.Contains("state", StringComparison.Ordinal));
        lives.AssertTellWhat(whole);
    }

    private static IEnumerable<string> Machines => Axes.Select(axis => axis.Machine).Distinct();

    private static TimeSpan Lateness(Scramble recording) => TimeSpan.FromMilliseconds(recording.LatenessSamples + (2 * StepMs));

    private static PipelineRun Run(Scramble recording, int shards) => new(
        SpeedRun.LoadModel(),
        new DetectorOptions { Shards = shards, MaxBatch = 16, Lateness = Lateness(recording), Operating = [SpeedRun.Operating] },
        rules: SpeedRun.Rule);

    private static Scramble Of(Scramble recording, int axis) => recording with { Seed = recording.Seed / (axis + 1) };

    /// <summary>The speed every 25 ms to beyond the end, in spells of each band, with pauses in which nothing is told.</summary>
    private static List<(int Ms, float Value)> Speeds(Scramble recording, string machine)
    {
        var random = new Random(recording.Seed ^ machine[1]);
        int end = Axes.Select((_, i) => Of(recording, i).Stretches()[^1]).Max(stretch => stretch.First + stretch.Count);
        var speeds = new List<(int, float)>();
        float value = 1000;
        for (int ms = -StepMs; ms < end + (2 * (int)Lateness(recording).TotalMilliseconds) + 600; ms += StepMs)
        {
            value = random.Next(8) == 0 ? random.Next(6) switch { 0 => 0, 1 => 3500, 2 => 4500, 3 => 2000, _ => 1000 } : value;
            ms += ms < end && random.Next(30) == 0 ? 10 * StepMs : 0;
            speeds.Add((ms, value));
        }

        return speeds;
    }

    /// <summary>The arrivals of all topics. Those of one machine keep to the lateness between them.</summary>
    private static TestBlock[] Journal(Scramble recording) => TestBlock.Journal(new Random(recording.Seed), Machines.Select(machine => Arrivals(recording, machine)));

    private static IEnumerable<TestBlock> Arrivals(Scramble recording, string machine) =>
        Axes.SelectMany((axis, i) => axis.Machine == machine ? Of(recording, i).KeyedArrivals().Select(block => (block.Key, Block: Block(i, (block.First, block.Count)))) : [])
            .Concat(SpeedArrivals(recording, machine))
            .OrderBy(entry => entry.Key)
            .Select(entry => entry.Block);

    /// <summary>One to three values a message where they follow each other, some of them twice.</summary>
    private static IEnumerable<(int Key, TestBlock Block)> SpeedArrivals(Scramble recording, string machine)
    {
        var random = new Random(recording.Seed + machine[1]);
        List<(int Ms, float Value)> speeds = Speeds(recording, machine);
        for (int i = 0; i < speeds.Count;)
        {
            int count = 1;
            while (count < 3 && i + count < speeds.Count && speeds[i + count].Ms == speeds[i].Ms + (count * StepMs) && random.Next(2) == 0)
            {
                count++;
            }

            TestBlock block = SpeedRun.Speed(machine, speeds[i].Ms, [.. speeds.Skip(i).Take(count).Select(speed => speed.Value)]);
            int key = speeds[i + count - 1].Ms + random.Next(recording.MaxJitter + 1);
            yield return (key, block);
            if (random.Next(6) == 0)
            {
                yield return (key + random.Next(500), block);
            }

            i += count;
        }
    }

    /// <summary>Every other spell is loud.</summary>
    private static TestBlock Block(int axis, (int First, int Count) block) =>
        TestBlock.Of(Axes[axis], block.First, block.Count, index => TestBlock.NoiseAt(axis, index, index / 150 % 2 == 0 ? 2 : 60));
}
