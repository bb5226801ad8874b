namespace Thrum.Training.Evaluation;

/// <summary>
/// Alarms judged event by event, as change detection does (Tartakovsky, Nikiforov and Basseville, Sequential Analysis, 2014): an alarm raised before the change is a false one and detects nothing, and
/// the delay is that of the first alarm raised after it. Both an alarm that always stands and one that never does find nothing so.
/// </summary>
/// <param name="Delays">Of each event in order, how long from its start to the first alarm raised within it, in points or seconds as the caller counts; null where none is.</param>
/// <param name="FalseEvents">Alarms raised outside of any event, also those that then last into one.</param>
public sealed record EventScores(IReadOnlyList<double?> Delays, int FalseEvents)
{
    /// <summary>Number of events.</summary>
    public int Events => Delays.Count;

    /// <summary>Events with an alarm that was raised within them.</summary>
    public int Found => Delays.Count(delay => delay is not null);

    /// <summary>Events without one at whose start an alarm stood already: nothing tells whether the detector saw them. They count as not found.</summary>
    public int AlreadyRaised { get; init; }

    /// <summary>Found / (found + false); 0 without an alarm.</summary>
    public double Precision => Found == 0 ? 0 : (double)Found / (Found + FalseEvents);

    /// <summary>Found / events; 0 without an event.</summary>
    public double Recall => Events == 0 ? 0 : (double)Found / Events;

    /// <summary>Harmonic mean of both.</summary>
    public double F1 => Found == 0 ? 0 : 2.0 * Found / (Found + FalseEvents + Events);

    /// <summary>Mean delay of the events found; null without one.</summary>
    public double? MeanDelay => Delays.Average();

    /// <summary>Judges two equally long series; an event is a stretch of anomalous points, its delay is in points.</summary>
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
        int falseEvents = 0, alreadyRaised = 0, start = 0;
        bool stoodAtStart = false;
        for (int i = 0; i < labels.Length; i++)
        {
            bool isRaised = IsRaised(alarms, i);
            if (labels[i] && (i == 0 || !labels[i - 1]))
            {
                start = i;
                stoodAtStart = alarms[i] && !isRaised;
                alreadyRaised += stoodAtStart ? 1 : 0;
                delays.Add(null);
            }

            falseEvents += isRaised && !labels[i] ? 1 : 0;
            if (isRaised && labels[i] && delays[^1] is null)
            {
                // It cleared and was raised anew: seen after all.
                delays[^1] = i - start;
                alreadyRaised -= stoodAtStart ? 1 : 0;
            }
        }

        return new EventScores(delays, falseEvents) { AlreadyRaised = alreadyRaised };
    }

    /// <summary>Whether an alarm stands at a point and did not at the one before.</summary>
    /// <param name="alarms">Whether there is an alarm at each point.</param>
    /// <param name="point">Which.</param>
    public static bool IsRaised(ReadOnlySpan<bool> alarms, int point) => alarms[point] && (point == 0 || !alarms[point - 1]);
}
