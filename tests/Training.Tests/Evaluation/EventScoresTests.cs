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
            Assert.Equal(entry.GetProperty("falseEvents").GetInt32(), scores.FalseEvents);
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
    public void Of_AnAlarmThatOnlyTouchesAnEvent_IsNoFalseEvent()
    {
        EventScores scores = EventScores.Of([true, true, true, false, true], [false, true, true, false, false]);
        Assert.Equal([0.0], scores.Delays);
        Assert.Equal(1, scores.FalseEvents);
        Assert.Null(EventScores.Of([false], [true]).MeanDelay);
        Assert.Throws<ArgumentException>(() => EventScores.Of([true], []));
    }

    private static bool[] Flags(JsonElement array) => [.. array.EnumerateArray().Select(flag => flag.GetInt32() == 1)];
}
