namespace Thrum.Training.Evaluation;

/// <summary>Alarms judged event by event: an event is found when an alarm stands within it, once or a hundred times.</summary>
/// <param name="Delays">Of each event in order, how long from its start to the first alarm, in points or seconds as the caller counts; null where it is missed.</param>
/// <param name="FalseEvents">Alarms that touch no event: stretches without a gap count once.</param>
public sealed record EventScores(IReadOnlyList<double?> Delays, int FalseEvents)
{
    /// <summary>Number of events.</summary>
    public int Events => Delays.Count;

    /// <summary>Events with an alarm.</summary>
    public int Found => Delays.Count(delay => delay is not null);

    /// <summary>Found / (found + false); 0 without an alarm.</summary>
    public double Precision => Found == 0 ? 0 : (double)Found / (Found + FalseEvents);

    /// <summary>Found / events; 0 without an event.</summary>
    public double Recall => Events == 0 ? 0 : (double)Found / Events;

    /// <summary>Harmonic mean of both.</summary>
    public double F1 => Found == 0 ? 0 : 2.0 * Found / (Found + FalseEvents + Events);

    /// <summary>Mean delay of the events found; null without one.</summary>
    public double? MeanDelay => Delays.Average();

    /// <summary>
    /// Judges two equally long series; an event is a stretch of anomalous points, its delay is in points. An alarm that stands already when the event begins finds it
    /// with a delay of 0, and is no false event.
    /// </summary>
    /// <param name="alarms">Whether there is an alarm at each point.</param>
    /// <param name="labels">Whether the point is anomalous.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static EventScores Of(ReadOnlySpan<bool> alarms, ReadOnlySpan<bool> labels)
    {
        if (alarms.Length != labels.Length)
        {
            throw new ArgumentException($"{alarms.Length} alarms and {labels.Length} labels: expected as many of each", nameof(labels));
        }

        var delays = new List<double?>();
        int falseEvents = 0, start = 0;
        bool touches = false;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] && (i == 0 || !labels[i - 1]))
            {
                start = i;
                delays.Add(null);
            }

            if (labels[i] && alarms[i])
            {
                delays[^1] ??= i - start;
            }

            touches = alarms[i] && (labels[i] || touches);
            bool ends = alarms[i] && (i == labels.Length - 1 || !alarms[i + 1]);
            falseEvents += ends && !touches ? 1 : 0;
        }

        return new EventScores(delays, falseEvents);
    }
}
