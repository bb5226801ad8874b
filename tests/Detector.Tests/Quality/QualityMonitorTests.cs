using Thrum.Detector.Alarms;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Quality;

public sealed class QualityMonitorTests
{
    private const double RateHz = 1000;
    private const long Origin = 1_763_769_600_000_000_000;
    private const long Second = 1_000_000_000;
    private static readonly AxisId Axis = new("m", "s", "a");

    [Fact]
    public void TakeSamples_HealthySensor_RaisesNothing()
    {
        var watch = new Watch(new QualityOptions { Rails = [new RailOptions { Low = -10, High = 10 }] });

        watch.Send(0, 300, Noise);

        Assert.Empty(watch.Transitions);
    }

    [Fact]
    public void Suppress_UnderMaintenance_ShowsTheRaisedOneAsSuppressedAndFindsNothing()
    {
        var watch = new Watch(new QualityOptions());
        watch.Send(0, 10, i => i == 5123 ? float.NaN : Noise(i));

        watch.Monitor.Suppress(true, new OperatorWord(7, "ann"));
        watch.Send(10, 20, i => i % 500 == 0 ? float.NaN : 0.25f, restart: true);
        watch.Monitor.Suppress(false, new OperatorWord(8, "ann"));
        watch.Send(30, 2, i => i == 30_500 ? float.NaN : Noise(i));

        Assert.Equal(
            ["quality-non-finite activeUnacknowledged 5.999", "quality-non-finite suppressed 5.999", "quality-non-finite normal 5.999", "quality-non-finite activeUnacknowledged 30.999"],
            watch.Lines);
        Assert.EndsWith("suppressed by maintenance by ann", watch.Transitions[1].Message, StringComparison.Ordinal);
        Assert.Equal(AlarmTransition.ComputeId(Axis, "quality-non-finite", 7, AlarmState.ActiveUnacknowledged, AlarmState.Suppressed), watch.Transitions[1].Id);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void TakeSamples_SampleThatIsNoNumber_RaisesAtTheEndOfItsSecondAndClearsTenLater(float bad)
    {
        var watch = new Watch(new QualityOptions());

        watch.Send(0, 30, i => i == 5123 ? bad : Noise(i));

        Assert.Equal(["quality-non-finite activeUnacknowledged 5.999", "quality-non-finite normal 15.999"], watch.Lines);
        Assert.Equal(0.001, watch.Transitions[0].Value);
        Assert.Equal((AlarmSeverity.Warning, "nonFiniteShare"), (watch.Transitions[0].Severity, watch.Transitions[0].Metric));
    }

    [Fact]
    public void TakeSamples_AllTheSameForTenSeconds_IsAFlatLineUntilItMoves()
    {
        var watch = new Watch(new QualityOptions());

        watch.Send(0, 60, i => i is >= 5000 and < 25_000 ? 0.25f : Noise(i));

        Assert.Equal(["quality-flat-line activeUnacknowledged 14.999", "quality-flat-line normal 34.999"], watch.Lines);
    }

    [Fact]
    public void TakeSamples_SlowQuantityThatStandsStill_IsNoFlatLine()
    {
        var watch = new Watch(new QualityOptions(), sampleRateHz: 1);

        watch.Send(0, 900, _ => 20);

        Assert.Empty(watch.Transitions);
    }

    [Fact]
    public void TakeSamples_AtTheRails_IsClippingWhenMoreThanTheShareIs()
    {
        var watch = new Watch(new QualityOptions { ClippedShare = 0.01, Rails = [new RailOptions { Match = "m/*", Low = -2, High = 2 }] });

        watch.Send(0, 40, i => i < 3010 && i >= 3000 ? 2 : i >= 10_000 && i < 10_011 ? -2.5f : Noise(i));

        Assert.Equal(["quality-clipping activeUnacknowledged 10.999", "quality-clipping normal 20.999"], watch.Lines);
    }

    [Fact]
    public void TakeSamples_InAnyPortions_DecidesTheSame()
    {
        var whole = new Watch(new QualityOptions());
        var cut = new Watch(new QualityOptions());
        static float Bad(int i) => i is >= 5000 and < 25_000 ? 1 : i == 31_999 ? float.NaN : Noise(i);

        whole.Send(0, 60, Bad);
        cut.Send(0, 60, Bad, block: 37, restart: true);

        Assert.Equal(4, whole.Transitions.Count);
        Assert.Equal(whole.Transitions.Select(t => t.Id), cut.Transitions.Select(t => t.Id));
    }

    [Theory]
    [InlineData(1.03, true)]
    [InlineData(0.97, true)]
    [InlineData(2.0, true)]
    [InlineData(1.004, false)]
    [InlineData(0.9998, false)]
    public void TakeMessage_StampsTellAnotherRate_Raises(double ratio, bool isFound)
    {
        var watch = new Watch(new QualityOptions());

        watch.Messages(600, i => Origin + (long)(i * 0.1 * Second / ratio));

        Assert.Equal(isFound ? ["quality-rate"] : [], watch.Transitions.Select(t => t.RuleId));
        Assert.All(watch.Transitions, t => Assert.Equal((1000 * ratio, 1000), (t.Value, t.Threshold), (a, b) => Math.Abs(a.Item1 - b.Item1) < 0.1 && a.Item2 == b.Item2));
    }

    [Fact]
    public void TakeMessage_RateMendsAgain_Clears()
    {
        var watch = new Watch(new QualityOptions());

        watch.Messages(1000, i => Origin + (i < 300 ? i * Second / 20 : (300 * Second / 20) + ((i - 300) * Second / 10)));

        Assert.Equal(["activeUnacknowledged", "normal"], watch.Transitions.Where(t => t.RuleId == "quality-rate").Select(t => t.To.ToWireName()));
    }

    [Fact]
    public void TakeMessage_SnapshotsAndLostMessagesAndRoundedStamps_AreNoWrongRate()
    {
        var snapshots = new Watch(new QualityOptions { Silence = TimeSpan.Zero });
        var lossy = new Watch(new QualityOptions());

        snapshots.Messages(600, i => Origin + (i * 10L * Second));
        lossy.Messages(6000, i => Origin + (((i + (i / 7)) * 21_333_333L / 1_000_000) * 1_000_000), samples: 256, rateHz: 12_000);

        Assert.Empty(snapshots.Transitions);
        Assert.Empty(lossy.Transitions);
    }

    [Fact]
    public void TakeStepBack_AfterAGoodWhile_RaisesAndClears()
    {
        var watch = new Watch(new QualityOptions());
        watch.Messages(100, i => Origin + (i * Second / 10));

        watch.Monitor.TakeStepBack(Origin + (10 * Second), Origin + (7 * Second));
        watch.Messages(200, i => Origin + (7 * Second) + (i * Second / 10));

        Assert.Equal(["quality-clock activeUnacknowledged 7", "quality-clock normal 17"], watch.Lines);
        Assert.Equal(-3, watch.Transitions[0].Value);
    }

    [Fact]
    public void TakeStepBack_AtEveryMessage_IsLeftToTheRate()
    {
        var watch = new Watch(new QualityOptions());

        for (int i = 0; i < 200; i++)
        {
            watch.Monitor.TakeStepBack(Origin + (i * Second / 10), Origin + (i * Second / 11));
            watch.Messages(1, _ => Origin + (i * Second / 11));
        }

        Assert.Equal(["quality-rate"], watch.Transitions.Select(t => t.RuleId));
    }

    [Theory]
    [InlineData(400, 0, true)]
    [InlineData(200, 0, false)]
    [InlineData(-4000, 3600, true)]
    [InlineData(-4000, 0, false)]
    public void TakeMessage_StampFarFromTheArrival_Raises(int aheadSeconds, int maxBehindSeconds, bool isFound)
    {
        var watch = new Watch(new QualityOptions { MaxBehind = TimeSpan.FromSeconds(maxBehindSeconds) });

        watch.Monitor.TakeMessage(new BlockHead(TimeSource.Stamped, Origin + (aheadSeconds * Second), RateHz, 100), Origin);
        watch.Monitor.TakeMessage(new BlockHead(TimeSource.Stamped, Origin + (aheadSeconds * Second) + Second, RateHz, 100), 0);

        Assert.Equal(isFound ? ["quality-stamp"] : [], watch.Transitions.Select(t => t.RuleId));
    }

    [Fact]
    public void TakeMessage_StampsNearTheArrivalAgain_Clear()
    {
        var watch = new Watch(new QualityOptions());

        for (int second = 0; second < 40; second++)
        {
            long arrival = Origin + (second * Second);
            watch.Monitor.TakeMessage(new BlockHead(TimeSource.Stamped, second == 5 ? arrival + (3600 * Second) : arrival, RateHz, 100), arrival);
        }

        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Normal], watch.Transitions.Where(t => t.RuleId == "quality-stamp").Select(t => t.To));
    }

    [Fact]
    public void TakeSilence_LongerThanTheLimit_RaisesAtTheLastSamplePlusTheLimitWhoeverNotices()
    {
        var byWall = new Watch(new QualityOptions());
        var byStamp = new Watch(new QualityOptions());
        byWall.Messages(10, i => Origin + (i * Second / 10));
        byStamp.Messages(10, i => Origin + (i * Second / 10));

        Assert.False(byWall.Monitor.TakeSilence(TimeSpan.FromSeconds(299)));
        Assert.True(byWall.Monitor.TakeSilence(TimeSpan.FromSeconds(301)));
        Assert.False(byWall.Monitor.TakeSilence(TimeSpan.FromSeconds(302)));
        byWall.Messages(1, _ => Origin + (1000 * Second));
        byStamp.Messages(1, _ => Origin + (1000 * Second));

        Assert.Equal(["quality-silence activeUnacknowledged 300.999", "quality-silence normal 1000"], byWall.Lines);
        Assert.Equal(byWall.Transitions.Select(t => t.Id), byStamp.Transitions.Select(t => t.Id));
    }

    [Fact]
    public void TakeSilence_SensorThatSendsOnceAnHour_IsSilentAfterFourHours()
    {
        var watch = new Watch(new QualityOptions());
        watch.Messages(2, i => Origin + (i * 3600 * Second));

        Assert.False(watch.Monitor.TakeSilence(TimeSpan.FromHours(3)));
        watch.Messages(5, i => Origin + ((2 + i) * 3600 * Second));
        Assert.False(watch.Monitor.TakeSilence(TimeSpan.FromHours(3.9)));
        Assert.True(watch.Monitor.TakeSilence(TimeSpan.FromHours(4.1)));
    }

    private static float Noise(int i) => ((i * 7919L) % 1009 / 1009f) - 0.5f;

    /// <summary>A monitor and what it decided.</summary>
    private sealed class Watch(QualityOptions options, double sampleRateHz = RateHz) : ITransitionReceiver
    {
        public QualityMonitor Monitor => _monitor ??= new QualityMonitor(Axis, options, this);

        private QualityMonitor? _monitor;

        public List<AlarmTransition> Transitions { get; } = [];

        public IEnumerable<string> Lines => Transitions.Select(
            t => FormattableString.Invariant($"{t.RuleId} {t.To.ToWireName()} {(t.EventTimeUnixNs - Origin) / 1e9:0.###}"));

        public void OnTransition(AlarmTransition transition) => Transitions.Add(transition);

        public void Send(int firstSecond, int seconds, Func<int, float> value, int block = 1700, bool restart = false)
        {
            var grid = new SampleGrid(Origin, sampleRateHz);
            int end = (int)((firstSecond + seconds) * sampleRateHz);
            for (int at = (int)(firstSecond * sampleRateHz); at < end; at += block)
            {
                Monitor.TakeSamples([.. Enumerable.Range(at, Math.Min(block, end - at)).Select(value)], grid, at);
                if (restart)
                {
                    Restart();
                }
            }
        }

        public void Messages(int count, Func<long, long> stamp, int samples = 100, double rateHz = RateHz)
        {
            for (int i = 0; i < count; i++)
            {
                Monitor.TakeMessage(new BlockHead(TimeSource.Stamped, stamp(i), rateHz, samples), 0);
            }
        }

        private void Restart() => _monitor = Saved.Load(Monitor, new QualityMonitor(Axis, options, this));
    }
}
