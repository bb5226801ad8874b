using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Evidence;
using Thrum.Detector.Machines;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Baselines;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Tests.Windows;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>The same samples of several axes give the same joint windows, scores and transitions, whatever the messages and however often the process dies.</summary>
public sealed class JointReplayTests
{
    private const int Window = 24;
    private const int Hop = 10;
    private const int LastFirst = 12_000;
    private const int LastCount = 400;
    private static readonly string[] Sensors = ["m1", "m2"];
    private static readonly string[] Axes = ["x", "y", "z"];

    private static readonly Arbitrary<ReplayCase> Cases = (
        from entry in ReplayCase.Gen
        from stretch in Gen.Elements(400, 1500)
        select entry with { Recording = entry.Recording with { MaxStretch = stretch } }).ToArbitrary();

    /// <summary>Axes of the baseline and the joint one together.</summary>
    private static readonly VoteOptions Vote = new() { Rules = "*", Of = VoterKind.Axes, AtLeast = 2, SilentAfter = TimeSpan.FromSeconds(3), Within = TimeSpan.FromMilliseconds(200) };

    private static readonly ModelAssignment Shadow = ShadowOf(JointModels.LoadThreeAxes(std: 2));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void RunAsync_AnyCutsRepeatsOrderWithinLatenessAndCrashes_GiveIdenticalJointScores() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(
            Cases, entry => CheckAsync(entry.Recording, entry.Crashes, entry.Shards).GetAwaiter().GetResult()));

    /// <summary>An axis that sent nothing between two checkpoints has the alarm whose evidence waits for samples to come.</summary>
    [Fact]
    public Task RunAsync_CrashWhileEvidenceOfAQuietAxisWaits_TakesItAfterwards() =>
        CheckAsync(new Scramble(262729452, 3, 18, 0, 1) { MaxStretch = 1500 }, [11, 30], [1, 1, 2]);

    private static async Task CheckAsync(Scramble recording, int[] crashes, int[] shards)
    {
        using PipelineRun whole = Run(recording, 1);
        await whole.FeedAsync(
            from sensor in Enumerable.Range(0, Sensors.Length)
            from axis in Enumerable.Range(0, Axes.Length)
            from stretch in Stretches(recording, sensor, axis)
            orderby stretch.First
            select Block(sensor, axis, stretch) with { Sequence = 1 },
            Cancelled);
        for (int sensor = 0; sensor < Sensors.Length; sensor++)
        {
            Assert.Equal(Expected(recording, sensor), whole.Of(new AxisId(Sensors[sensor], "s", AxisId.Joint)).Select(window =>
                ((int)((window.TimeUnixNs - PipelineRun.Origin) / 1_000_000), window.Status == WindowStatus.Gap)));
        }

        TestBlock[] journal = Journal(recording);
        using Lives lives = await Lives.LiveAsync(journal, crashes, life => Run(recording, shards[life]), Cancelled);

        lives.AssertTellWhat(whole);
        AssertSameEvidence(whole, lives);
        Assert.Equal(Sensors.Select(sensor => new AxisId(sensor, "s", AxisId.Joint)), whole.ShadowLines.Keys.OrderBy(axis => axis.Machine, StringComparer.Ordinal));
    }

    private static void AssertSameEvidence(PipelineRun whole, Lives lives)
    {
        // Taken twice for each alarm: the last of a run is what stays.
        Dictionary<Guid, string> Last(IEnumerable<AlarmEvidence> evidence) =>
            evidence.GroupBy(entry => entry.TransitionId).ToDictionary(group => group.Key, group => Encoding.UTF8.GetString(EvidenceJson.Write(group.Last())));
        Assert.Equal(Last(whole.Evidence), Last(lives.Evidence));
        Assert.All(whole.Evidence, evidence => Assert.Equal(evidence.RuleId == PipelineRun.FixedRule.Id ? Axes.Length : 0, evidence.Contributions.Count));
    }

    /// <summary>
    /// What must come, told by the recording alone: the stretches that all axes have in common, cut into windows, and where each ends a gap if
    /// samples are left over. The last one goes on.
    /// </summary>
    private static List<(int Last, bool IsGap)> Expected(Scramble recording, int sensor)
    {
        (int First, int End)[][] own = [.. Axes.Select((_, axis) => Stretches(recording, sensor, axis).Select(stretch => (stretch.First, stretch.First + stretch.Count)).ToArray())];
        (int First, int End)[] common = [.. own.Aggregate((all, next) =>
            [.. all.SelectMany(a => next.Select(b => (Math.Max(a.First, b.First), Math.Min(a.End, b.End)))).Where(both => both.Item1 < both.Item2)])];
        int since = own.Min(axis => axis[0].First);
        var expected = new List<(int, bool)>();
        if (common[0].First - since > Window)
        {
            expected.Add((since, true));
        }

        foreach ((int first, int end) in common)
        {
            int windows = end - first < Window ? 0 : ((end - first - Window) / Hop) + 1;
            expected.AddRange(Enumerable.Range(0, windows).Select(k => (first + (k * Hop) + Window - 1, false)));
            bool isLeftOver = windows == 0 || end - first > ((windows - 1) * Hop) + Window;
            if (isLeftOver && end != common[^1].End)
            {
                expected.Add((end - 1, true));
            }
        }

        return expected;
    }

    private static PipelineRun Run(Scramble recording, int shards)
    {
        var run = new PipelineRun(
            JointModels.LoadThreeAxes(),
            new DetectorOptions { Shards = shards, MaxBatch = 16, Lateness = TimeSpan.FromMilliseconds(recording.LatenessSamples), Baseline = BaselineRun.Shortest, Quality = new() { Enabled = recording.MaxStretch <= 400 }, Votes = [Vote] },
            rules: PipelineRun.FixedRule);
        run.Pipeline.Begin(Shadow);
        return run;
    }

    private static ModelAssignment ShadowOf(AutoencoderModel model) => new("*", model, [PipelineRun.FixedRule.Resolve(model)]) { Role = ModelRole.Shadow };

    private static Scramble Of(Scramble recording, int sensor, int axis) => recording with { Seed = recording.Seed / ((sensor * Axes.Length) + axis + 1) };

    // Each axis begins at another time, and all have the last stretch.
    private static int Delay(Scramble recording, int sensor, int axis) => new Random(Of(recording, sensor, axis).Seed).Next(0, 60);

    private static IEnumerable<(int First, int Count)> Stretches(Scramble recording, int sensor, int axis) =>
        Of(recording, sensor, axis).Stretches().Select(stretch => (stretch.First + Delay(recording, sensor, axis), stretch.Count)).Append((LastFirst, LastCount));

    /// <summary>The arrivals of all axes. Those of one sensor keep to the lateness between them.</summary>
    private static TestBlock[] Journal(Scramble recording) =>
        TestBlock.Journal(new Random(recording.Seed), Sensors.Select((_, sensor) => Arrivals(recording, sensor)));

    private static IEnumerable<TestBlock> Arrivals(Scramble recording, int sensor) =>
        from axis in Enumerable.Range(0, Axes.Length)
        let delay = Delay(recording, sensor, axis)
        from block in Of(recording, sensor, axis).KeyedArrivals().Select(block => (First: block.First + delay, block.Count, Key: block.Key + delay))
            .Concat(Enumerable.Range(0, LastCount / 10).Select(i => (First: LastFirst + (10 * i), Count: 10, Key: LastFirst + (10 * i) + 10)))
        orderby block.Key
        select Block(sensor, axis, (block.First, block.Count));

    /// <summary>Every other spell is loud.</summary>
    private static TestBlock Block(int sensor, int axis, (int First, int Count) block) => TestBlock.Of(
        new AxisId(Sensors[sensor], "s", Axes[axis]),
        block.First,
        block.Count,
        index => TestBlock.NoiseAt((sensor * Axes.Length) + axis, index, isLoud: index / (index < 4000 ? 150 : 700) % 2 != 0));
}
