using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
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
            ["quality-non-finite activeUnacknowledged 5.999", "quality-non-finite suppressed 9.999", "quality-non-finite normal 9.999", "quality-non-finite activeUnacknowledged 30.999"],
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

    /// <summary>What was sent late on purpose says nothing about the sensor's clock.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void TakeMessage_HistoricalStampFarFromTheArrival_IsNoFault(bool isHistorical, bool isFound)
    {
        var watch = new Watch(new QualityOptions { MaxBehind = TimeSpan.FromHours(1), Silence = TimeSpan.Zero });

        watch.Monitor.TakeMessage(new BlockHead(TimeSource.Stamped, Origin - (7200 * Second), RateHz, 100, IsHistorical: isHistorical), Origin);

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

    [Fact]
    public void Acknowledge_RaisedAlarm_IsAcknowledgedUntilItClears()
    {
        var watch = new Watch(new QualityOptions());
        watch.Send(0, 10, i => i == 5123 ? float.NaN : Noise(i));

        watch.Command("quality-non-finite", alarm => alarm.Acknowledge(new OperatorWord(7, "ann")));
        watch.Send(10, 20, Noise, restart: true);

        Assert.Equal(
            ["quality-non-finite activeUnacknowledged 5.999", "quality-non-finite activeAcknowledged 9.999", "quality-non-finite normal 15.999"], watch.Lines);
        Assert.Equal(AlarmTransition.ComputeId(Axis, "quality-non-finite", 7, AlarmState.ActiveUnacknowledged, AlarmState.ActiveAcknowledged), watch.Transitions[1].Id);
        Assert.Equal((0.001, 0.0), (watch.Transitions[1].Value, watch.Transitions[1].Threshold));
        Assert.Null(watch.Monitor.Find("score"));
    }

    [Fact]
    public void Acknowledge_WhereItIsRequired_EndsAnAlarmThatReturned()
    {
        var watch = new Watch(new QualityOptions { Acknowledge = AcknowledgeKind.Required });
        watch.Send(0, 30, i => i == 5123 ? float.NaN : Noise(i), restart: true);

        watch.Command("quality-non-finite", alarm => alarm.Acknowledge(new OperatorWord(7, "ann")));

        Assert.Equal(
            ["quality-non-finite activeUnacknowledged 5.999", "quality-non-finite returnedUnacknowledged 15.999", "quality-non-finite normal 29.999"], watch.Lines);
    }

    [Theory]
    [InlineData(1700)]
    [InlineData(37)]
    public void Shelve_UntilATime_EndsThenWhateverThePortions(int block)
    {
        var watch = new Watch(new QualityOptions());
        watch.Send(0, 10, i => i == 5123 ? float.NaN : Noise(i), block);

        watch.Command("quality-non-finite", alarm => Shelve(alarm, Origin + (12 * Second) + 1));
        watch.Send(10, 20, i => i == 10_500 ? float.NaN : Noise(i), block, restart: true);

        Assert.Equal(
            [
                "quality-non-finite activeUnacknowledged 5.999", "quality-non-finite shelved 9.999", "quality-non-finite activeUnacknowledged 12",
                "quality-non-finite normal 20.999",
            ],
            watch.Lines);
    }

    [Fact]
    public void Shelve_AlarmThatIsNormal_KeepsWhatIsFoundFromPeople()
    {
        var watch = new Watch(new QualityOptions());
        watch.Messages(1, _ => Origin);

        watch.Command("quality-non-finite", alarm => Shelve(alarm, Origin + (20 * Second)));
        watch.Send(0, 30, i => i == 5123 ? float.NaN : Noise(i), restart: true);

        Assert.Equal(["quality-non-finite shelved 0.099", "quality-non-finite normal 20"], watch.Lines);
    }

    [Fact]
    public void Shelve_SilentSensor_EndsAtItsTimeWhoeverNotices()
    {
        var byWall = new Watch(new QualityOptions());
        var byStamp = new Watch(new QualityOptions());
        foreach (Watch watch in new[] { byWall, byStamp })
        {
            watch.Messages(10, i => Origin + (i * Second / 10));
            watch.Command("quality-silence", alarm => Shelve(alarm, Origin + (500 * Second)));
        }

        Assert.True(byWall.Monitor.TakeSilence(TimeSpan.FromSeconds(301)));
        Assert.False(byWall.Monitor.TakeSilence(TimeSpan.FromSeconds(400)));
        Assert.True(byWall.Monitor.TakeSilence(TimeSpan.FromSeconds(501)));
        byWall.Messages(1, _ => Origin + (1000 * Second));
        byStamp.Messages(1, _ => Origin + (1000 * Second));

        Assert.Equal(["quality-silence shelved 0.999", "quality-silence activeUnacknowledged 500", "quality-silence normal 1000"], byWall.Lines);
        Assert.Equal(byWall.Transitions, byStamp.Transitions);
    }

    [Fact]
    public void TakeTime_OfACommand_ShowsTheSilenceThatTicksHadShown()
    {
        var lived = new Watch(new QualityOptions());
        var replayed = new Watch(new QualityOptions());
        foreach (Watch watch in new[] { lived, replayed })
        {
            watch.Messages(10, i => Origin + (i * Second / 10));
            watch.Monitor.NoteArrival(Origin + Second);
        }

        lived.Monitor.TakeSilence(TimeSpan.FromSeconds(301));
        foreach (Watch watch in new[] { lived, replayed })
        {
            Assert.False(watch.Monitor.TakeTime(Origin + (300 * Second)));
            watch.Monitor.TakeTime(Origin + (302 * Second));
            watch.Command("quality-silence", alarm => alarm.Acknowledge(new OperatorWord(7, "ann")));
        }

        Assert.Equal(["quality-silence activeUnacknowledged 300.999", "quality-silence activeAcknowledged 301.999"], lived.Lines);
        Assert.Equal(lived.Transitions, replayed.Transitions);
    }

    [Fact]
    public void TryLoad_StateOfAnEarlierRelease_GoesOnWithItsAlarms()
    {
        var watch = new Watch(new QualityOptions());
        CheckpointReader reader = Saved.Open(Saved.Blob(WriteAsBefore));

        Assert.True(watch.Monitor.TryLoad(ref reader));
        Assert.True(reader.IsAtEnd);
        watch.Command("quality-non-finite", alarm => alarm.Acknowledge(new OperatorWord(7, "ann")));
        watch.Send(6, 20, Noise);

        Assert.Equal(["quality-non-finite activeAcknowledged 5.999", "quality-non-finite normal 15.999"], watch.Lines);
    }

    // Non-finite samples at 5.999 s raised an alarm; of each alarm there are flags and the last finding, and no arrival behind the pauses.
    private static void WriteAsBefore(CheckpointWriter writer)
    {
        for (int i = 0; i < 3; i++)
        {
            writer.Write(0);
        }

        writer.Write(false);
        writer.Write([0f, 0f]);
        writer.Write(0.0);
        writer.Write(0L);
        WriteAlarm(writer, 1, Origin + 5_999_000_000);
        WriteAlarm(writer, 0, 0);
        WriteAlarm(writer, 0, 0);

        writer.Write((byte)0);
        writer.Write(0L);
        writer.Write(0.0);
        writer.Write(0);
        writer.Write(0);
        writer.Write(0);
        writer.Write(0.0);
        writer.Write(0.0);
        for (int i = 0; i < 4; i++)
        {
            WriteAlarm(writer, 0, 0);
        }

        writer.Write(false);
        for (int i = 0; i < 4 + 15; i++)
        {
            writer.Write(0L);
        }

        static void WriteAlarm(CheckpointWriter writer, byte flags, long lastUnixNs)
        {
            writer.Write(flags);
            writer.Write(lastUnixNs);
        }
    }

    private static AlarmTransition? Shelve(AlarmTracker alarm, long untilUnixNs)
    {
        Assert.True(alarm.TryShelve(untilUnixNs, new OperatorWord(7, "ann"), out AlarmTransition? transition));
        return transition;
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

        public void Command(string rule, Func<AlarmTracker, AlarmTransition?> command)
        {
            if (command(Monitor.Find(rule)!) is { } transition)
            {
                OnTransition(transition);
            }
        }

        private void Restart() => _monitor = Saved.Load(Monitor, new QualityMonitor(Axis, options, this));
    }
}
