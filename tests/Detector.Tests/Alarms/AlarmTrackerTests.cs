using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Tests.Alarms;

public sealed class AlarmTrackerTests
{
    private static readonly AxisId Axis = new("m", "s", "a");

    private static readonly Arbitrary<(AlarmRule Rule, float[] Scores)> Cases = (
        from n in Gen.Choose(1, 8)
        from k in Gen.Choose(1, n)
        from clear in Gen.Choose(0, 10)
        from raise in Gen.Choose(clear, 10)
        from scores in Gen.Choose(0, 11).Select(x => (float)x).ArrayOf()
        select (Rule(k, n, raise, clear), scores)).ToArbitrary();

    [Fact]
    public void Next_AnyScores_FollowsTheReferenceModel() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Cases, input =>
        {
            var tracker = new AlarmTracker(Axis, input.Rule);
            bool active = false;
            for (int i = 0; i < input.Scores.Length; i++)
            {
                // At least k of the last n windows reach a level exactly when the k-th largest does.
                float[] last = input.Scores[Math.Max(0, i + 1 - input.Rule.OfWindows)..(i + 1)];
                bool raises = !active && last.Count(score => score >= input.Rule.RaiseLevel) >= input.Rule.RaiseCount;
                bool clears = active && last.Count(score => score >= input.Rule.ClearLevel) < input.Rule.RaiseCount;
                active = (active || raises) && !clears;

                AlarmTransition? transition = tracker.Next([input.Scores[i]], i);

                Assert.Equal(raises || clears, transition is not null);
                Assert.Equal(active ? AlarmState.ActiveUnacknowledged : AlarmState.Normal, tracker.State);
                Assert.True(transition is null || transition.To == tracker.State);
            }
        }));

    [Fact]
    public void Next_AnyScores_RaisesAndClearsInTurnWithTheSameIdsInEveryRun() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Cases, input =>
        {
            AlarmTransition[] transitions = Run(input.Rule, input.Scores);

            Assert.All(transitions, (transition, i) =>
            {
                Assert.Equal(i % 2 == 0 ? AlarmState.Normal : AlarmState.ActiveUnacknowledged, transition.From);
                Assert.Equal(i % 2 == 0 ? AlarmState.ActiveUnacknowledged : AlarmState.Normal, transition.To);
            });
            Assert.Equal(transitions, Run(input.Rule, input.Scores));
            Assert.Equal(transitions.Length, transitions.Select(transition => transition.Id).Distinct().Count());
        }));

    [Fact]
    public void Next_ThreeOfFive_RaisesAtTheThirdAndClearsBelowTheLowerLevel()
    {
        AlarmTransition[] transitions = Run(Rule(3, 5, raise: 10, clear: 8), [10, 0, 10, 0, 10, 9, 9, 9, 9, 9, 7, 7, 7]);

        Assert.Equal([(5, 10.0, 10.0), (13, 7.0, 8.0)], transitions.Select(t => ((int)t.EventTimeUnixNs + 1, t.Value, t.Threshold)));
        Assert.Equal("m/s/a: mse 10 is at or above 10 in 3 of the last 5 windows", transitions[0].Message);
        Assert.Equal(AlarmTransition.ComputeId(Axis, "score", 4, AlarmState.Normal, AlarmState.ActiveUnacknowledged), transitions[0].Id);
    }

    [Fact]
    public void Next_NoLevels_NeverRaises()
    {
        var tracker = new AlarmTracker(Axis, Rule(1, 1, double.NaN, double.NaN));

        Assert.False(tracker.IsCalibrated);
        Assert.Null(tracker.Next([float.MaxValue], 0));
    }

    [Fact]
    public void Next_NoTransition_AllocatesNothing()
    {
        var tracker = new AlarmTracker(Axis, Rule(3, 5, 10, 8));
        float[] metrics = [9];
        long time = 0;

        Assert.Equal(0, Allocations.WhenWarm(() => tracker.Next(metrics, time++), runs: 200));
    }

    private static AlarmTransition[] Run(AlarmRule rule, float[] scores)
    {
        var tracker = new AlarmTracker(Axis, rule);
        return [.. scores.Select((score, i) => tracker.Next([score], i)).OfType<AlarmTransition>()];
    }

    private static AlarmRule Rule(int k, int n, double raise, double clear) => TestRules.Of(raise, clear, k, n);
}
