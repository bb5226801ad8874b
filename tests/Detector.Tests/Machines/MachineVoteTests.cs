using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Machines;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Alarms;
using Thrum.Detector.Tests.Checkpoints;

namespace Thrum.Detector.Tests.Machines;

/// <summary>Votes of machines on windows that are judged in any order of the sensors.</summary>
public sealed class MachineVoteTests
{
    private const long Second = 1_000_000_000;
    private const int Silent = 5;
    private static readonly (string Sensor, string Axis)[] Axes = [("s1", "x"), ("s1", "y"), ("s2", "x"), ("s3", "x")];

    /// <summary>Per axis the seconds at which it has a window, and whether its condition is present then; and in what order they come.</summary>
    private static readonly Arbitrary<(VoteOptions Options, (int Second, bool On)[][] Axes, int Seed)> Cases = (
        from atLeast in Gen.Choose(1, 3)
        from within in Gen.Choose(0, 4)
        from of in Gen.Elements(VoterKind.Axes, VoterKind.Sensors)
        from seeds in Gen.Choose(0, int.MaxValue).ArrayOf(Axes.Length)
        from seed in Gen.Choose(0, int.MaxValue)
        select (Options(atLeast, within, of), seeds.Select(Windows).ToArray(), seed)).ToArbitrary();

    [Fact]
    public void Take_AnyOrderOfSensorsAndRestarts_DecidesTheSame() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Cases, entry =>
        {
            AlarmTransition[] inOrder = Run(entry.Options, Mixed(entry.Axes, null), restartEvery: 0);

            Assert.Equal(inOrder, Run(entry.Options, Mixed(entry.Axes, new Random(entry.Seed)), restartEvery: 0));
            Assert.Equal(inOrder, Run(entry.Options, Mixed(entry.Axes, new Random(entry.Seed + 1)), restartEvery: 3));
        }));

    [Fact]
    public void Take_AnyWindows_CountsAsTheDefinitionSays() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Cases, entry =>
        {
            AlarmTransition[] transitions = Run(entry.Options, Mixed(entry.Axes, null), restartEvery: 0);
            bool active = false;
            foreach (AlarmTransition transition in transitions)
            {
                // What was decided is so at that time, and was not so just before.
                active = !active;
                int count = Count(entry.Options, entry.Axes, transition.EventTimeUnixNs);
                Assert.Equal(active ? AlarmState.ActiveUnacknowledged : AlarmState.Normal, transition.To);
                Assert.Equal(count, transition.Value);
                Assert.Equal(active, count >= entry.Options.AtLeast);
                Assert.NotEqual(active, Count(entry.Options, entry.Axes, transition.EventTimeUnixNs - 1) >= entry.Options.AtLeast);
            }

            // And nothing was missed up to the time to which every axis is judged.
            int judged = entry.Axes.Min(axis => axis[^1].Second);
            int changes = 0;
            for (long time = 1; time <= judged * Second; time += Second / 2)
            {
                changes += Count(entry.Options, entry.Axes, time) >= entry.Options.AtLeast != (changes % 2 == 1) ? 1 : 0;
            }

            Assert.True(transitions.Count(transition => transition.EventTimeUnixNs <= judged * Second) >= changes);
        }));

    [Fact]
    public void Take_TwoSensorsWithinTheTime_RaisesAtTheSecondAndSaysWho()
    {
        AlarmTransition[] transitions = Run(Options(2, 3, VoterKind.Sensors), Mixed([On(6, 30), On(8, 12), On(14, 20), On()], null), 0);

        // s1/x and s1/y are one sensor; s2 joins at second 14 and votes until 3 s after second 20.
        Assert.Equal([(14.0, 2.0), (23.0, 1.0)], transitions.Select(t => (t.EventTimeUnixNs / (double)Second, t.Value)));
        Assert.Equal(("all", "all", "machine", "sensors"), (transitions[0].Axis.Sensor, transitions[0].Axis.Axis, transitions[0].RuleId, transitions[0].Metric));
        Assert.Equal("m/all/all: 2 of 3 sensors have a condition within 00:00:03, 2 raise the alarm: s1/x (score), s1/y (score), s2/x (score)", transitions[0].Message);
    }

    [Fact]
    public void Take_SilentVoter_LeavesAfterTheTimeAndJoinsAgain()
    {
        (int, bool)[] broken = [.. On(7, 100).Where(window => window.Second is < 20 or > 60)];

        AlarmTransition[] transitions = Run(Options(2, 0, VoterKind.Axes), Mixed([broken, On(7, 100)], null), 0);

        // It left 5 s behind its last window at 19, and is counted from just behind 5 s after its next at 61.
        Assert.Equal([7 * Second, 24 * Second, (66 * Second) + 1, 100 * Second], transitions.Select(t => t.EventTimeUnixNs));
    }

    [Fact]
    public void Take_ClockFarAheadIsSetBack_CountsOn()
    {
        var run = new VoteRun(Options(2, 0, VoterKind.Axes));
        for (int second = 1; second <= 10; second++)
        {
            run.Take(0, second, false);
            run.Take(1, second, false);
        }

        run.Take(0, 1_000_000, true);
        for (int second = 11; second <= 60; second++)
        {
            run.Take(0, second, second >= 40);
            run.Take(1, second, second >= 30);
        }

        Assert.Equal([40 * Second], run.Transitions.Where(t => t.To.IsActive()).Select(t => t.EventTimeUnixNs));
    }

    [Fact]
    public void Suppress_WhileVoting_ForgetsTheVotes()
    {
        var run = new VoteRun(Options(1, 1000, VoterKind.Axes));
        for (int second = 1; second <= 20; second++)
        {
            run.Take(0, second, second == 10);
        }

        run.Vote.Suppress(true, new OperatorWord(1, "ann"));
        run.Take(0, 21, false);
        run.Vote.Suppress(false, new OperatorWord(2, "ann"));
        for (int second = 22; second <= 40; second++)
        {
            run.Take(0, second, false);
        }

        Assert.Equal(AlarmState.Normal, run.Vote.Alarm.State);
        Assert.Single(run.Transitions);
    }

    [Fact]
    public void Take_NothingDecided_AllocatesNothing()
    {
        var run = new VoteRun(Options(2, 1, VoterKind.Axes));
        int second = 0;

        long allocated = Allocations.WhenWarm(
            () =>
            {
                second++;
                run.Take(0, second, false);
                run.Take(1, second, false);
            },
            runs: 200);

        Assert.Equal(0, allocated);
    }

    private static VoteOptions Options(int atLeast, int withinSeconds, VoterKind of) => new()
    {
        AtLeast = atLeast,
        Within = TimeSpan.FromSeconds(withinSeconds),
        Of = of,
        SilentAfter = TimeSpan.FromSeconds(Silent),
    };

    private static (int Second, bool On)[] On(int from = 1000, int to = 1000) => [.. Enumerable.Range(1, 120).Select(second => (second, second >= from && second < to))];

    private static (int Second, bool On)[] Windows(int seed)
    {
        var random = new Random(seed);
        var windows = new List<(int, bool)>();
        bool on = false;
        for (int second = random.Next(1, 3); second < 80; second += random.Next(12) == 0 ? random.Next(2, 15) : 1)
        {
            on ^= random.Next(7) == 0;
            windows.Add((second, on));
        }

        // All go on quietly for a while: how far the machine's time is when input ends may depend on the order, what it decides on the way does not.
        return [.. windows, .. Enumerable.Range(80, 30).Select(second => (second, false))];
    }

    /// <summary>All windows in the order of time, or in an order in which sensors run apart by as much as they may.</summary>
    private static IEnumerable<(int Axis, int Second, bool On)> Mixed((int Second, bool On)[][] axes, Random? random)
    {
        int[] next = new int[axes.Length];
        while (true)
        {
            int[] left = [.. Enumerable.Range(0, axes.Length).Where(axis => next[axis] < axes[axis].Length)];
            if (left.Length == 0)
            {
                yield break;
            }

            int first = left.Min(axis => axes[axis][next[axis]].Second);
            int[] may = [.. left.Where(axis => axes[axis][next[axis]].Second <= first + (random is null ? 0 : Silent))];
            int taken = may[random?.Next(may.Length) ?? 0];
            (int second, bool on) = axes[taken][next[taken]++];
            yield return (taken, second, on);
        }
    }

    private static AlarmTransition[] Run(VoteOptions options, IEnumerable<(int Axis, int Second, bool On)> windows, int restartEvery)
    {
        var run = new VoteRun(options);
        int taken = 0;
        foreach ((int axis, int second, bool on) in windows)
        {
            run.Take(axis, second, on);
            if (restartEvery > 0 && ++taken % restartEvery == 0)
            {
                run = run.Restarted();
            }
        }

        return [.. run.Transitions];
    }

    /// <summary>The definition, over what all axes tell in the end.</summary>
    private static int Count(VoteOptions options, (int Second, bool On)[][] axes, long time)
    {
        var voters = Enumerable.Range(0, axes.Length).Where(axis => Votes(axes[axis], time, (long)options.Within.TotalSeconds * Second)).Select(axis => Axes[axis]);
        return options.Of == VoterKind.Axes ? voters.Count() : voters.Select(voter => voter.Sensor).Distinct().Count();
    }

    private static bool Votes((int Second, bool On)[] axis, long time, long within)
    {
        long since = long.MaxValue, last = long.MinValue, until = long.MinValue;
        bool on = false;
        foreach ((int second, bool isOn) in axis.TakeWhile(window => window.Second * Second <= time))
        {
            since = last == long.MinValue || (second * Second) - last > Silent * Second ? second * Second : since;
            until = on && !isOn ? (second * Second) + within : until;
            (last, on) = (second * Second, isOn);
        }

        bool present = since != long.MaxValue && time > since + (Silent * Second) && !(time >= last + (Silent * Second) && axis.All(window => window.Second * Second <= last || window.Second * Second > last + (Silent * Second)));
        return present && (on || time < until);
    }
}

/// <summary>A vote over axes whose conditions are set by hand.</summary>
internal sealed class VoteRun : ITransitionReceiver
{
    private static readonly AlarmRule Rule = TestRules.Of(1, 1);

    private readonly VoteOptions _options;
    private readonly Dictionary<int, (AlarmTracker Alarm, Voter Voter)> _axes = [];

    public VoteRun(VoteOptions options)
    {
        _options = options;
        Vote = new MachineVote("m", options, this);
    }

    public MachineVote Vote { get; }

    public List<AlarmTransition> Transitions { get; } = [];

    public void OnTransition(AlarmTransition transition) => Transitions.Add(transition);

    public void Take(int axis, int second, bool on)
    {
        if (!_axes.TryGetValue(axis, out (AlarmTracker Alarm, Voter Voter) entry))
        {
            entry = Add(axis);
        }

        entry.Alarm.Next([on ? 2 : 0], second * 1_000_000_000L);
        Vote.Take(entry.Voter, second * 1_000_000_000L);
    }

    /// <summary>Another process with the state that this one saved.</summary>
    public VoteRun Restarted()
    {
        var next = new VoteRun(_options);
        Saved.Load(Vote, next.Vote);
        foreach ((int axis, (AlarmTracker alarm, _)) in _axes.OrderByDescending(entry => entry.Key))
        {
            Saved.Load(alarm, next.Add(axis).Alarm);
        }

        next.Transitions.AddRange(Transitions);
        return next;
    }

    private (AlarmTracker Alarm, Voter Voter) Add(int axis)
    {
        AxisId id = new("m", axis < 2 ? "s1" : $"s{axis}", axis == 1 ? "y" : "x");
        var alarm = new AlarmTracker(id, Rule);
        return _axes[axis] = (alarm, Vote.Add(id, [alarm]));
    }
}
