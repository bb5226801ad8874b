using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Operating;

public sealed class OperatingTrackTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Over_ValuesOnBothSides_TellsLeastAndGreatest()
    {
        OperatingTrack track = Track((0, 10), (100, 30), (200, 20));

        Assert.Equal(new OperatingSpan(10, 30), track.Over(50 * Ms, 60 * Ms));
        Assert.Equal(new OperatingSpan(20, 30), track.Over(100 * Ms, 150 * Ms));
        Assert.Equal(new OperatingSpan(10, 30), track.Over(0, 200 * Ms));
        Assert.Equal(new OperatingSpan(30, 30), track.Over(100 * Ms, 100 * Ms));
    }

    [Fact]
    public void Over_NoValueOnOneSideOrTooLongAPause_IsUnknown()
    {
        OperatingTrack track = Track((100, 10), (200, 10), (500, 10), (600, 10));

        Assert.False(track.Over(50 * Ms, 150 * Ms).IsKnown);
        Assert.False(track.Over(550 * Ms, 650 * Ms).IsKnown);
        Assert.False(track.Over(150 * Ms, 250 * Ms).IsKnown);
        Assert.False(track.Over(300 * Ms, 310 * Ms).IsKnown);
        Assert.True(track.Over(150 * Ms, 200 * Ms).IsKnown);
    }

    [Fact]
    public void IsSettled_ValueBehind_OnlyOnceLatenessPassed()
    {
        OperatingTrack track = Track((0, 10), (100, 10));

        Assert.False(track.IsSettled(90 * Ms, 0));
        Assert.True(track.IsSettled(90 * Ms, 120 * Ms));
        track.Add(119 * Ms, 10);
        Assert.False(track.IsSettled(90 * Ms, 0));
        track.Add(120 * Ms, 10);
        Assert.True(track.IsSettled(90 * Ms, 0));
    }

    [Fact]
    public void IsSettled_NothingBehind_OnceTheTimeoutPassed()
    {
        OperatingTrack track = Track((0, 10));

        Assert.False(track.IsSettled(90 * Ms, 309 * Ms));
        Assert.True(track.IsSettled(90 * Ms, 310 * Ms));
    }

    [Fact]
    public void Add_KnownLateOrNoNumber_IsToldApart()
    {
        OperatingTrack track = Track((0, 10), (100, 10), (200, 10));

        Assert.Equal(BlockOutcome.Duplicate, track.Add(100 * Ms, 10));
        Assert.Equal(BlockOutcome.Accepted, track.Add(190 * Ms, 10));
        Assert.Equal(BlockOutcome.Late, track.Add(179 * Ms, 10));
        Assert.Equal(BlockOutcome.Accepted, track.Add(250 * Ms, float.NaN));
        Assert.Equal(200 * Ms, track.NewestUnixNs);
    }

    [Fact]
    public void Add_ClockSetBack_IsBelievedAfterSixteenValues()
    {
        OperatingTrack track = Track((1_000_000, 10));

        BlockOutcome[] outcomes = [.. Enumerable.Range(0, 17).Select(i => track.Add(i * 10 * Ms, 20))];

        Assert.Equal(15, outcomes.Count(outcome => outcome == BlockOutcome.Late));
        Assert.Equal(160 * Ms, track.NewestUnixNs);
    }

    [Fact]
    public void Add_HistoricalValues_AreLateHoweverMany()
    {
        OperatingTrack track = Track((1_000_000, 10));

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(BlockOutcome.Late, track.Add(i * 10 * Ms, 20, isHistorical: true)));
        Assert.Equal(1_000_000 * Ms, track.NewestUnixNs);
    }

    [Fact]
    public void Add_ForHours_KeepsTwoMinutes()
    {
        var track = new OperatingTrack(200 * Ms, 20 * Ms);
        for (int i = 0; i < 36_000; i++)
        {
            track.Add(i * 100 * Ms, 10);
        }

        var writer = new CheckpointWriter();
        track.Save(writer);
        Assert.InRange(writer.Length, 1200 * 16, 1400 * 16);
        Assert.True(track.Over(track.NewestUnixNs - (119_000 * Ms), track.NewestUnixNs).IsKnown);
        writer.Clear();
    }

    [Fact]
    public void Over_AnyOrderOfValuesWithinTheLateness_IsTheSame() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            (long Ns, float Value)[] values = [.. Enumerable.Range(0, 40).Select(i => ((i * 10 * Ms) + random.Next(1, 9), (float)random.Next(100)))];
            OperatingTrack ordered = new(50 * Ms, 20 * Ms), scrambled = new(50 * Ms, 20 * Ms);
            Array.ForEach(values, value => ordered.Add(value.Ns, value.Value));
            foreach ((long ns, float value) in values.OrderBy(value => value.Ns + random.NextInt64(20 * Ms)))
            {
                Assert.NotEqual(BlockOutcome.Late, scrambled.Add(ns, value));
            }

            for (long at = -(10 * Ms); at < 420 * Ms; at += 7 * Ms)
            {
                Assert.Equal(ordered.Over(at, at + (15 * Ms)), scrambled.Over(at, at + (15 * Ms)));
            }
        }));

    private static OperatingTrack Track(params (int Ms, float Value)[] values)
    {
        var track = new OperatingTrack(200 * Ms, 20 * Ms);
        foreach ((int ms, float value) in values)
        {
            Assert.Equal(BlockOutcome.Accepted, track.Add(ms * Ms, value));
        }

        return track;
    }
}
