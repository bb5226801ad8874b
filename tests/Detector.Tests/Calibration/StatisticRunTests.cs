using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;

namespace Thrum.Detector.Tests.Calibration;

public sealed class StatisticRunTests
{
    private static readonly Arbitrary<(float[] Scores, int[] Blocks, AlarmShape Shape)> Cases = (
        from n in Gen.Choose(1, 5)
        from k in Gen.Choose(1, n)
        from hold in Gen.Choose(1, 3)
        from clear in Gen.Choose(0, 4)
        from scores in Gen.Choose(0, 20).Select(x => (float)x).NonEmptyListOf()
        from cut in Gen.Choose(1, scores.Count)
        select (scores.ToArray(), cut == scores.Count ? [cut] : new[] { cut, scores.Count - cut }, new AlarmShape(k, n, hold, 5, clear / 4.0))).ToArbitrary();

    [Fact]
    public void RaiseLevels_AnyScores_AreThoseAtWhichTheRuleIsRaisedSoOften() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Cases, input =>
        {
            var run = new StatisticRun(HealthySequence.FromScores(input.Scores, input.Blocks), input.Shape);

            double[] levels = run.RaiseLevels(5);

            Assert.Equal(levels.OrderDescending(), levels);
            double[] candidates = [.. Enumerable.Range(0, 33).Select(i => 5 + (i * 0.5))];
            for (int raises = 1; raises <= levels.Length + 1; raises++)
            {
                // Half steps suffice: scores are whole numbers, so between two of them nothing changes but the clear level.
                double highest = candidates.Where(level => level > 5 && run.RaisesPerStretch(level, 1)[0] >= raises).DefaultIfEmpty(double.NaN).Max();
                double found = raises <= levels.Length ? levels[raises - 1] : double.NaN;

                Assert.True(double.IsNaN(highest) || found >= highest, $"{raises}: {found} but raised at {highest}");
                Assert.True(double.IsNaN(found) || run.RaisesPerStretch(found, 1)[0] >= raises, $"{raises}: {found} raises {run.RaisesPerStretch(found, 1)[0]}");
            }
        }));

    [Fact]
    public void RaisesPerStretch_WithoutHold_CountsWhatTheRunningAlarmCounts() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Cases, Gen.Choose(6, 20).ToArbitrary(), (input, raise) =>
        {
            AlarmShape shape = input.Shape with { HoldWindows = 1 };
            var run = new StatisticRun(HealthySequence.FromScores(input.Scores, [input.Scores.Length]), shape);
            var rule = new AlarmRule
            {
                Id = "r",
                Severity = AlarmSeverity.Alarm,
                MetricIndex = 0,
                Metric = "mse",
                RaiseCount = shape.RaiseCount,
                OfWindows = shape.OfWindows,
                RaiseLevel = raise,
                ClearLevel = shape.ClearLevel(raise),
            };

            Assert.Equal(AlarmTrial.Run(rule, input.Scores, 1).Raises, run.RaisesPerStretch(raise, 1)[0]);
        }));
}
