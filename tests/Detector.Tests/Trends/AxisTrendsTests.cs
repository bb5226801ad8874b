using Thrum.Detector.Alarms;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Trends;
using Thrum.Spectral.Measures;

namespace Thrum.Detector.Tests.Trends;

/// <summary>Measures of months on one axis.</summary>
public sealed class AxisTrendsTests(ITestOutputHelper output)
{
    private const long Day = 86_400_000_000_000;
    private const long Origin = 20_000 * Day;
    private static readonly TrendRuleOptions Slope = new() { Id = "slope", Kind = TrendKind.Slope, Limit = 0.01 };
    private static readonly TrendRuleOptions Forecast = new() { Id = "forecast", Kind = TrendKind.Forecast, Zone = SeverityZone.B };
    private static readonly TrendRuleOptions Change = new() { Id = "change" };

    [Fact]
    public void Take_SlowWear_IsToldByEachRuleInItsTurn()
    {
        // 1 mm/s for 15 days, then 0.03 mm/s a day more; zone B of a medium machine on rigid ground ends at 2.8 mm/s.
        TrendRun run = new([Slope, Forecast, Change]);
        run.Feed(0, 75, (day, noise) => 1 + (0.03 * Math.Max(0, day - 15)) + (0.05 * noise));

        Dictionary<string, AlarmTransition> first = run.Transitions.GroupBy(t => t.RuleId).ToDictionary(group => group.Key, group => group.First());
        Assert.All(run.Transitions, transition => Assert.True(transition.To.IsActive()));
        Assert.Equal(["change", "forecast", "slope"], first.Keys.Order());

        // The slope is sure within two weeks; 0.7 mm/s, a quarter of the boundary, is reached after 23 days; the boundary 14 days ahead after 46.
        Assert.InRange(DayOf(first["slope"]), 19, 29);
        Assert.InRange(DayOf(first["change"]), 37, 41);
        Assert.InRange(DayOf(first["forecast"]), 55, 65);
        Assert.Contains("velocityRms went from ", first["change"].Message, StringComparison.Ordinal);
        Assert.Contains("up by 25 % of the zone boundary B/C, 2.8 mm/s; the limit is 25 %", first["change"].Message, StringComparison.Ordinal);
        Assert.Matches(@"rises by 0\.0[23]\d* a day: it reaches 2\.8 in 1[0-4]\.\d days", first["forecast"].Message);
        Assert.Equal(("change(velocityRms)", 0, AlarmSeverity.Warning), (first["change"].Metric, (int)(first["change"].EventTimeUnixNs % (Day / 6)), first["change"].Severity));
    }

    [Fact]
    public void Take_RunningIn_RaisesNothing()
    {
        // It falls by half within the run-in and on the days after it settles.
        TrendRun run = new([Slope, Forecast, Change]);
        run.Feed(0, 60, (day, noise) => 1 + (1.5 * Math.Exp(-day)) + (0.05 * noise));

        Assert.Empty(run.Transitions);
    }

    [Fact]
    public void Take_RunningInWithoutARunIn_WouldRaise()
    {
        TrendRun run = new([Change], new TrendOptions { RunIn = TimeSpan.Zero, Reference = TimeSpan.FromHours(12) });
        run.Feed(0, 60, (day, noise) => 1 + (1.5 * Math.Exp(-day)) + (0.05 * noise));

        Assert.NotEmpty(run.Transitions);
    }

    [Fact]
    public void Take_Quieter_IsAChangeToo()
    {
        TrendRun run = new([Slope, Change]);
        run.Feed(0, 40, (day, noise) => (day < 20 ? 2 : 1.2) + (0.05 * noise));

        AlarmTransition change = Assert.Single(run.Transitions);
        Assert.InRange(DayOf(change), 20, 21);
        Assert.Contains("down by", change.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_HealthyAxesWithDailyLoad_RarelyRaise()
    {
        // 30 axes for 90 days: a daily cycle, and noise with a memory of most of a day.
        int raised = 0;
        for (int axis = 0; axis < 30; axis++)
        {
            var random = new Random(axis);
            double slow = 0;
            TrendRun run = new([Slope, Forecast, Change], seed: axis);
            run.Feed(0, 90, (day, noise) =>
            {
                slow = (0.98 * slow) + (0.2 * TrendLineTests.Normal(random));
                return 1.5 + (0.1 * Math.Sin(2 * Math.PI * day)) + (0.08 * slow) + (0.05 * noise);
            });
            raised += run.Transitions.Count(transition => transition.To.IsActive());
        }

        // 2,700 axis-days and three rules.
        output.WriteLine($"{raised} raised");
        Assert.InRange(raised, 0, 2);
    }

    [Fact]
    public void Take_RestartsAtAnyBucket_DecideTheSame()
    {
        static double Wear(double day, double noise) => 1 + (0.05 * Math.Max(0, day - 15)) + (0.05 * noise);
        TrendRun whole = new([Slope, Forecast, Change]);
        whole.Feed(0, 50, Wear);

        TrendRun restarted = new([Slope, Forecast, Change]);
        for (int day = 0; day < 50; day++)
        {
            restarted.Feed(day, day + 1, Wear);
            restarted = restarted.Restarted();
        }

        Assert.NotEmpty(whole.Transitions);
        Assert.Equal(whole.Transitions, restarted.Transitions);
    }

    [Fact]
    public void Restart_AfterMaintenance_BeginsWithRunInAndReference()
    {
        TrendRun run = new([Change]);
        run.Feed(0, 30, (_, noise) => 1 + (0.05 * noise));
        run.Trends.Restart();
        run.Feed(30, 60, (_, noise) => 2 + (0.05 * noise));

        Assert.Empty(run.Transitions);
    }

    [Fact]
    public void Take_ClockAheadIsSetBack_LosesOnlyWhatLayAhead()
    {
        TrendRun run = new([Change]);
        run.Feed(0, 20, (_, noise) => 1 + (0.05 * noise));
        run.Feed(800, 801, (_, _) => 1);
        run.Feed(20, 30, (_, noise) => 2 + (0.05 * noise));

        Assert.InRange(DayOf(Assert.Single(run.Transitions)), 20, 21);
    }

    [Fact]
    public void Take_BetweenBuckets_AllocatesNothing()
    {
        TrendRun run = new([Slope, Forecast, Change]);
        run.Feed(0, 20, (_, _) => 1);
        long time = 20 * Day;

        // 1,001 times ten seconds: less than a bucket of four hours.
        Assert.Equal(0, Allocations.WhenWarm(() => run.Take(time += 10_000_000_000, 1), runs: 200));
    }

    [Fact]
    public void Faults_EachBadSetting_SaysWhatWasExpected()
    {
        Assert.Equal("Limit is missing, expected a rise per day because Kind is slope", Assert.Single((Slope with { Limit = null }).Faults()));
        Assert.Equal("Limit and Zone: expected one of them because Kind is forecast", Assert.Single((Forecast with { Limit = 3 }).Faults()));
        Assert.Contains("Zone is D", Assert.Single((Forecast with { Zone = SeverityZone.D }).Faults()), StringComparison.Ordinal);
        Assert.Equal("Limit is -1, expected a number above 0", Assert.Single((Change with { Limit = -1 }).Faults()));
        Assert.Contains("Window of 'slope' is 14.00:00:00, expected 10 to 128 times Bucket (00:10:00)", string.Join(' ', new TrendOptions { Bucket = TimeSpan.FromMinutes(10), Reference = TimeSpan.FromHours(1), Rules = [Slope] }.Faults()), StringComparison.Ordinal);
        Assert.Empty(new TrendOptions { Rules = [Slope, Forecast, Change] }.Faults());
    }

    private static double DayOf(AlarmTransition transition) => (transition.EventTimeUnixNs - Origin) / (double)Day;

    private sealed class TrendRun : ITransitionReceiver
    {
        private readonly TrendRuleOptions[] _rules;
        private readonly TrendOptions _options;
        private readonly AxisStream _stream;
        private readonly int _seed;

        public TrendRun(TrendRuleOptions[] rules, TrendOptions? options = null, int seed = 1)
        {
            (_rules, _options, _seed) = (rules, options ?? new TrendOptions(), seed);
            _stream = new StreamRegistry(1).Resolve(new AxisId("m", "s", "x"));
            Trends = new TrendDesk(_options with { Rules = rules }, this).Open(_stream.Id, Iso20816Part3.For(MachineGroup.Medium, MachineSupport.Rigid))!;
        }

        public AxisTrends Trends { get; }

        public List<AlarmTransition> Transitions { get; } = [];

        public void OnTransition(AlarmTransition transition) => Transitions.Add(transition);

        /// <summary>A measure every twenty minutes of the days.</summary>
        public void Feed(int fromDay, int toDay, Func<double, double, double> velocityOf)
        {
            for (int step = fromDay * 72; step < toDay * 72; step++)
            {
                Take(step * (Day / 72), velocityOf(step / 72.0, TrendLineTests.Normal(new Random((_seed * 1_000_003) + step))));
            }
        }

        public void Take(long time, double velocity) => Trends.Take(new VibrationMeasure(_stream, Origin + time, 1, 1, 1, 3, velocity, "A", double.NaN), null);

        public TrendRun Restarted()
        {
            var next = new TrendRun(_rules, _options, _seed);
            next.Transitions.AddRange(Transitions);
            Saved.Load(Trends, next.Trends);
            foreach ((AlarmTracker from, AlarmTracker to) in Trends.Alarms.Zip(next.Trends.Alarms))
            {
                Saved.Load(from, to);
            }

            return next;
        }
    }
}
