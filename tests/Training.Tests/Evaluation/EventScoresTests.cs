using System.Text.Json;
using Thrum.Training.Evaluation;

namespace Thrum.Training.Tests.Evaluation;

public sealed class EventScoresTests
{
    [Fact]
    public void Events_AgreeWithNumPy()
    {
        foreach (JsonElement entry in References.Read("evaluation.json").GetProperty("events").EnumerateArray())
        {
            bool[] labels = Flags(entry.GetProperty("labels")), alarms = Flags(entry.GetProperty("alarms"));
            EventScores scores = EventScores.Of(alarms, labels);
            double?[] delays = [.. entry.GetProperty("delays").EnumerateArray().Select(delay => delay.ValueKind == JsonValueKind.Null ? (double?)null : delay.GetDouble())];
            Assert.Equal(delays, scores.Delays);
            Assert.Equal((entry.GetProperty("falseEvents").GetInt32(), entry.GetProperty("alreadyRaised").GetInt32()), (scores.FalseEvents, scores.AlreadyRaised));
        }
    }

    [Fact]
    public void Rates_CountEventsNotPoints()
    {
        var scores = new EventScores([4.0, null, 0.0], FalseEvents: 1);
        Assert.Equal(2, scores.Found);
        Assert.Equal(2.0 / 3, scores.Precision, 14);
        Assert.Equal(2.0 / 3, scores.Recall, 14);
        Assert.Equal(2.0 / 3, scores.F1, 14);
        Assert.Equal(2, scores.MeanDelay);
    }

    [Fact]
    public void Of_AnAlarmRaisedBeforeAnEvent_IsFalseAndFindsNothing()
    {
        EventScores scores = EventScores.Of([true, true, true, false, true], [false, true, true, false, false]);
        Assert.Equal([null], scores.Delays);
        Assert.Equal((0, 1, 2), (scores.Found, scores.AlreadyRaised, scores.FalseEvents));
        Assert.Null(scores.MeanDelay);
        Assert.Throws<ArgumentException>(() => EventScores.Of([true], []));
    }

    [Fact]
    public void Of_AnAlarmRaisedAnewWithinTheEvent_FindsIt()
    {
        EventScores scores = EventScores.Of([true, true, false, true, true], [false, true, true, true, true]);
        Assert.Equal([2.0], scores.Delays);
        Assert.Equal((0, 1), (scores.AlreadyRaised, scores.FalseEvents));
    }

    /// <summary>The alarm of one event that lasts into the next is not false, and tells nothing of the next.</summary>
    [Fact]
    public void Of_ATrueAlarmThatLastsIntoAnotherEvent_FindsTheFirst()
    {
        EventScores scores = EventScores.Of([false, true, true, true, false], [false, true, false, true, true]);
        Assert.Equal([0.0, null], scores.Delays);
        Assert.Equal((1, 0), (scores.AlreadyRaised, scores.FalseEvents));
    }

    [Theory]
    [InlineData(true, 2, 1)]
    [InlineData(false, 0, 0)]
    public void Of_ADetectorThatLooksAtNothing_ScoresNothing(bool alarm, int alreadyRaised, int falseEvents)
    {
        bool[] labels = [false, false, true, true, false, true, false];
        EventScores scores = EventScores.Of([.. labels.Select(_ => alarm)], labels);
        Assert.Equal((2, 0, alreadyRaised, falseEvents), (scores.Events, scores.Found, scores.AlreadyRaised, scores.FalseEvents));
        Assert.Equal((0.0, 0.0, 0.0, null), (scores.Precision, scores.Recall, scores.F1, scores.MeanDelay));
    }

    private static bool[] Flags(JsonElement array) => [.. array.EnumerateArray().Select(flag => flag.GetInt32() == 1)];
}
