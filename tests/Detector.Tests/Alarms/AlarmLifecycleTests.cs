using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Checkpoints;

namespace Thrum.Detector.Tests.Alarms;

public sealed class AlarmLifecycleTests
{
    private static readonly AxisId Axis = new("m", "s", "a");

    private static readonly Gen<AlarmRule> AnyRule =
        from n in Gen.Choose(1, 4)
        from k in Gen.Choose(1, n)
        from clear in Gen.Choose(3, 6)
        from duration in Gen.Choose(0, 3)
        from required in Gen.Elements(AcknowledgeKind.Automatic, AcknowledgeKind.Required)
        from latch in Gen.Elements(true, false)
        from flaps in Gen.Choose(2, 3)
        from period in Gen.Choose(0, 6)
        select Rule() with
        {
            RaiseCount = k,
            OfWindows = n,
            ClearLevel = clear,
            MinDurationNs = duration,
            Acknowledge = required,
            Latch = latch,
            FlapRaises = flaps,
            FlapPeriodNs = period,
        };

    /// <summary>0 to 10 is a window of that score; beyond are commands.</summary>
    private static readonly Arbitrary<(AlarmRule Rule, int[] Steps)> Cases = (
        from rule in AnyRule
        from steps in Gen.Choose(0, 16).ArrayOf()
        select (rule, steps)).ToArbitrary();

    [Fact]
    public void Steps_AnyRuleWindowsAndCommands_ChainTransitionsAndNeverRepeatAnId() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Cases, input =>
        {
            var tracker = new AlarmTracker(Axis, input.Rule);
            AlarmState state = AlarmState.Normal;
            HashSet<Guid> ids = [];
            for (int i = 0; i < input.Steps.Length; i++)
            {
                if (Step(tracker, input.Steps[i], i) is { } transition)
                {
                    Assert.NotEqual(transition.From, transition.To);
                    Assert.True(ids.Add(transition.Id));
                    Assert.Equal(state, transition.From);
                    state = transition.To;
                }

                // Before its first window an alarm may change its state unsaid.
                state = ids.Count == 0 ? tracker.State : state;
                Assert.Equal(state, tracker.State);
                Assert.True(input.Rule.Latch || tracker.State != AlarmState.Latched);
                Assert.True(input.Rule.Acknowledge == AcknowledgeKind.Required || tracker.State != AlarmState.ReturnedUnacknowledged);
            }
        }));

    [Fact]
    public void SaveAndLoad_AtAnyStep_LeavesLaterTransitionsAsTheyAre() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Cases, Gen.Choose(0, 50).ToArbitrary(), (input, cut) =>
        {
            var calm = new AlarmTracker(Axis, input.Rule);
            var moved = new AlarmTracker(Axis, input.Rule);
            for (int i = 0; i < input.Steps.Length; i++)
            {
                if (i == cut)
                {
                    moved = Restored(moved, input.Rule);
                }

                Assert.Equal(Step(calm, input.Steps[i], i), Step(moved, input.Steps[i], i));
                Assert.Equal(calm.State, moved.State);
            }
        }));

    [Fact]
    public void Next_AcknowledgementRequired_WaitsAsReturnedUnacknowledged()
    {
        var tracker = new AlarmTracker(Axis, Rule() with { Acknowledge = AcknowledgeKind.Required });

        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.ReturnedUnacknowledged, AlarmState.ActiveUnacknowledged], Run(tracker, 9, 1, 9));
        Assert.Equal(AlarmState.ActiveAcknowledged, tracker.Acknowledge(new OperatorWord(5, "ann"))?.To);
        Assert.Null(tracker.Acknowledge(new OperatorWord(6, "ann")));
        Assert.Equal([AlarmState.Normal], Run(tracker, 1));
    }

    [Fact]
    public void Next_Latching_StaysUntilItIsReset()
    {
        var tracker = new AlarmTracker(Axis, Rule() with { Latch = true });

        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Latched, AlarmState.ActiveUnacknowledged, AlarmState.Latched], Run(tracker, 9, 1, 9, 1));
        Assert.Equal(AlarmState.Normal, tracker.Reset(new OperatorWord(5, ""))?.To);
        Assert.Null(tracker.Reset(new OperatorWord(6, "")));
    }

    [Fact]
    public void TryShelve_UntilAnEventTime_IsSilentAndThenShowsWhatGoesOn()
    {
        var tracker = new AlarmTracker(Axis, Rule());
        tracker.Next([1], 0);

        Assert.True(tracker.TryShelve(100, new OperatorWord(5, "ann"), out AlarmTransition? shelved));
        Assert.StartsWith("m/s/a: shelved by ann, until the first window from 1970-01-01T00:00:00Z on", shelved?.Message, StringComparison.Ordinal);
        Assert.Equal(AlarmTransition.ComputeId(Axis, "score", 5, AlarmState.Normal, AlarmState.Shelved), shelved?.Id);
        Assert.Null(tracker.Next([9], 50));
        AlarmTransition? back = tracker.Next([9], 100);
        Assert.Equal((AlarmState.Shelved, AlarmState.ActiveUnacknowledged, "m/s/a: the time on the shelf is over"), (back?.From, back?.To, back?.Message));
    }

    [Fact]
    public void Suppress_WhileActive_ForgetsTheConditionAndRefusesTheShelf()
    {
        var tracker = new AlarmTracker(Axis, Rule() with { RaiseCount = 2, OfWindows = 2 });
        Run(tracker, 9, 9);

        Assert.Equal(AlarmState.Suppressed, tracker.Suppress(true, new OperatorWord(5, ""))?.To);
        Assert.False(tracker.TryShelve(1, new OperatorWord(6, ""), out _));
        Assert.Empty(Run(tracker, 9, 9, 9));
        Assert.Equal(AlarmState.Normal, tracker.Suppress(false, new OperatorWord(7, ""))?.To);
        Assert.Empty(Run(tracker, 9));
        Assert.Equal([AlarmState.ActiveUnacknowledged], Run(tracker, 9));
    }

    [Fact]
    public void Next_MinDuration_RaisesOnceTheLevelWasKeptForSoLong()
    {
        var tracker = new AlarmTracker(Axis, Rule() with { MinDurationNs = 20 });

        Assert.Null(tracker.Next([9], 0));
        Assert.Null(tracker.Next([1], 10));
        Assert.Null(tracker.Next([9], 20));
        Assert.Null(tracker.Next([9], 39));
        Assert.Equal(AlarmState.ActiveUnacknowledged, tracker.Next([9], 40)?.To);
    }

    [Fact]
    public void Next_Chattering_StaysActiveUntilItWasCalm()
    {
        var tracker = new AlarmTracker(Axis, Rule() with { FlapRaises = 2, FlapPeriodNs = 100 });
        long[] changes = [.. Enumerable.Range(0, 40).Where(i => tracker.Next([i < 10 && i % 2 == 0 ? 9 : 1], 10 * i) is not null)];

        // Raised at 0 and cleared at 10; the raise at 20 is the second within 100, and calm begins at 90.
        Assert.Equal([0, 1, 2, 19], changes);
    }

    [Fact]
    public void TryLoad_DamagedBytes_StartsAnew()
    {
        var tracker = new AlarmTracker(Axis, Rule());

        Saved.Refuse(writer => writer.Write((byte)200), tracker);
        Assert.Equal(AlarmState.Normal, tracker.State);
        Assert.Equal([AlarmState.ActiveUnacknowledged], Run(tracker, 9));
    }

    private static AlarmTracker Restored(AlarmTracker tracker, AlarmRule rule) => Saved.Load(tracker, new AlarmTracker(Axis, rule));

    private static AlarmTransition? Step(AlarmTracker tracker, int step, int i)
    {
        var word = new OperatorWord(1_000_000 + i, "op");
        switch (step)
        {
            case 11: return tracker.Acknowledge(word);
            case 12: tracker.TryShelve(i + 4, word, out AlarmTransition? shelved); return shelved;
            case 13: return tracker.Unshelve(word);
            case 14: return tracker.Reset(word);
            case 15: return tracker.Suppress(true, word);
            case 16: return tracker.Suppress(false, word);
            default: return tracker.Next([step], i);
        }
    }

    private static AlarmState[] Run(AlarmTracker tracker, params float[] scores) =>
        [.. scores.Select((score, i) => tracker.Next([score], i)).OfType<AlarmTransition>().Select(transition => transition.To)];

    private static AlarmRule Rule() => TestRules.Of(7, 5);
}
