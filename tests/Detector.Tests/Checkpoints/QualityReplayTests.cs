using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>Alarms of data, and what operators do with them, are the same in every replay, whenever the process died.</summary>
public sealed class QualityReplayTests
{
    private const long Second = 1_000_000_000;
    private static readonly AxisId[] Axes = [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x")];
    private static readonly string[] Rules = ["quality-non-finite", "quality-flat-line", "quality-silence"];

    private static readonly Arbitrary<Case> Cases = (
        from seed in Gen.Choose(0, int.MaxValue)
        from ends in Lives.Ends
        from shards in Gen.Choose(1, 3).ArrayOf(3)
        from acknowledge in Gen.Elements(AcknowledgeKind.Automatic, AcknowledgeKind.Required)
        select new Case(seed, ends, shards, acknowledge)).ToArbitrary();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void RunAsync_CommandsOnAlarmsOfDataAndCrashesAnywhere_GiveWhatARunWithoutCrashGives()
    {
        var states = new HashSet<(string, AlarmState)>();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Cases, entry => CheckAsync(entry, states).GetAwaiter().GetResult()));

        AlarmState[] all = [.. Enum.GetValues<AlarmState>().Except([AlarmState.Latched])];
        Assert.Empty(Rules.SelectMany(rule => all.Select(state => (rule, state))).Except(states));
    }

    private static async Task CheckAsync(Case entry, HashSet<(string, AlarmState)> states)
    {
        TestBlock[] journal = Journal(new Random(entry.Seed));
        using PipelineRun whole = Run(entry, 1);
        await whole.FeedAsync(journal, Cancelled);
        using Lives lives = await Lives.LiveAsync(journal, entry.Ends, life => Run(entry, entry.Shards[life]), Cancelled);

        lives.AssertTellWhat(whole);
        states.UnionWith(whole.Transitions.Select(transition => (transition.RuleId, transition.To)));
    }

    // Ticks of the clock on the wall find a silence of ten minutes in no test.
    private static PipelineRun Run(Case entry, int shards) => new(new DetectorOptions
    {
        Shards = shards,
        MaxBatch = 16,
        Baseline = new BaselineOptions { Enabled = false },
        Quality = new QualityOptions
        {
            FlatLine = TimeSpan.FromSeconds(2),
            ClearAfter = TimeSpan.FromSeconds(2),
            Silence = TimeSpan.FromMinutes(10),
            Acknowledge = entry.Acknowledge,
        },
    });

    /// <summary>Spells of noise, of noise with NaN and of one value; now and then a quarter of an hour is missing, or a command comes so much later.</summary>
    private static TestBlock[] Journal(Random random)
    {
        long[] sent = new long[Axes.Length];
        var blocks = new TestBlock[120];
        for (int i = 0; i < blocks.Length; i++)
        {
            int axis = random.Next(Axes.Length), count = random.Next(300, 1500);
            sent[axis] += random.Next(12) == 0 ? 900 * Second : 0;
            long first = PipelineRun.Origin + sent[axis];
            float[] samples = [.. Enumerable.Range(0, count).Select(k => SampleAt(axis, (sent[axis] / 1_000_000) + k))];
            sent[axis] += count * 1_000_000L;
            long arrival = PipelineRun.Origin + sent[axis];
            blocks[i] = new TestBlock(Axes[axis], first, 1000, samples)
            {
                Sequence = (2 * i) + 1,
                ArrivalUnixNs = arrival,
                IsBarrier = random.Next(10) == 0,
                Command = random.Next(2) == 0 ? Command(random, axis, arrival) : null,
            };
        }

        return blocks;
    }

    private static float SampleAt(int axis, long index) => (index / 5000 % 3) switch
    {
        0 => TestBlock.NoiseAt(axis, (int)(index % 1_000_000), 2.0),
        1 => index % 700 == 0 ? float.NaN : 1 + (index % 7),
        _ => 0.5f,
    };

    private static OperatorCommand Command(Random random, int axis, long arrivalUnixNs)
    {
        OperatorAction[] actions =
        [
            OperatorAction.Acknowledge, OperatorAction.Acknowledge, OperatorAction.Acknowledge, OperatorAction.Shelve, OperatorAction.Unshelve, OperatorAction.BeginMaintenance,
            OperatorAction.EndMaintenance, OperatorAction.EndMaintenance,
        ];
        OperatorAction action = actions[random.Next(actions.Length)];
        bool isOfMachine = action is OperatorAction.BeginMaintenance or OperatorAction.EndMaintenance;
        return new OperatorCommand
        {
            Action = action,
            Target = isOfMachine ? AxisId.OfMachine(Axes[axis].Machine) : Axes[axis],
            RuleId = isOfMachine ? "" : Rules[random.Next(Rules.Length)],
            UntilUnixNs = arrivalUnixNs + (random.Next(1, 10_000) * 1_000_000L),
            GivenUnixNs = arrivalUnixNs + (random.Next(2) * 900 * Second),
            By = "ann",
        };
    }

    private sealed record Case(int Seed, int[] Ends, int[] Shards, AcknowledgeKind Acknowledge);
}
