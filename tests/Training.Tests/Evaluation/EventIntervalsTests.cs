using Thrum.Training.Evaluation;

namespace Thrum.Training.Tests.Evaluation;

public sealed class EventIntervalsTests
{
    /// <summary>Wilson's interval of 5 of 5 is 0.5655 to 1, of 8 of 10 0.4902 to 0.9433 (Newcombe's tables).</summary>
    [Theory]
    [InlineData(5, 5, 0.5655, 1)]
    [InlineData(8, 10, 0.4902, 0.9433)]
    [InlineData(0, 3, 0, 0.5615)]
    public void Recall_IsWilsonsInterval(int found, int events, double low, double high)
    {
        ConfidenceInterval recall = EventIntervals.Of(Scores(found, events, 0)).Recall;

        Assert.Equal((double)found / events, recall.Value, 12);
        Assert.Equal((low, high), (Math.Round(recall.Low, 4), Math.Round(recall.High, 4)));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 4, 3)]
    [InlineData(6, 8, 2)]
    [InlineData(5, 5, 0)]
    public void Shares_HoldTheFigureOfTheScores(int found, int events, int falseEvents)
    {
        EventScores scores = Scores(found, events, falseEvents);
        var sure = EventIntervals.Of(scores);

        (ConfidenceInterval Interval, double Value)[] figures = [(sure.Precision, scores.Precision), (sure.Recall, scores.Recall), (sure.F1, scores.F1)];
        Assert.All(figures, figure => Assert.Equal(figure.Value, figure.Interval.Value, 12));
        Assert.All(figures, figure => Assert.InRange(figure.Value, figure.Interval.Low, figure.Interval.High));
        Assert.All(figures, figure => Assert.True(figure.Interval.High - figure.Interval.Low > 0.2, "so few events tell little"));
    }

    [Fact]
    public void MeanDelay_SpreadsAsTheDelaysDoAndNeedsTwo()
    {
        ConfidenceInterval wide = EventIntervals.Of(new EventScores([1, 9, null, 2, 8], 0)).MeanDelay!.Value, narrow = EventIntervals.Of(new EventScores([5, 5.1, 4.9, 5], 0)).MeanDelay!.Value;

        Assert.Equal((5.0, 5.0), (wide.Value, narrow.Value));
        Assert.InRange(wide.High - wide.Low, 3, 8);
        Assert.InRange(narrow.High - narrow.Low, 0.01, 0.2);
        Assert.Null(EventIntervals.Of(new EventScores([1, null], 0)).MeanDelay);
    }

    private static EventScores Scores(int found, int events, int falseEvents) => new([.. Enumerable.Range(0, events).Select(i => i < found ? 1.0 : (double?)null)], falseEvents);
}
