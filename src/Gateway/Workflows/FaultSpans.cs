using System.Globalization;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Training.Evaluation;

namespace Thrum.Gateway.Workflows;

/// <summary>When a recording shows a fault: each span is an event. Immutable by contract.</summary>
/// <param name="Spans">From and to in seconds after its first sample, in order and apart.</param>
internal sealed record FaultSpans(IReadOnlyList<(double From, double To)> Spans)
{
    /// <summary>From beginning to end.</summary>
    public static FaultSpans Whole { get; } = new([(0, double.PositiveInfinity)]);

    /// <summary>From a time on.</summary>
    public static FaultSpans From(double seconds) => new([(seconds, double.PositiveInfinity)]);

    /// <summary>Wherever a column of the recording is above 0.</summary>
    /// <exception cref="Ingest.Recordings.RecordingException">The file has no such column.</exception>
    public static FaultSpans Labelled(string file, string column, RecordingChoice choice)
    {
        Signal label = choice.ReadLabel(file, column);
        var spans = new List<(double From, double To)>();
        float last = 0;
        for (int i = 0; i < label.Samples.Length; i++)
        {
            // A gap does not end what lasts on both its sides.
            bool goesOn = last > 0;
            last = float.IsNaN(label.Samples[i]) ? last : label.Samples[i];
            if (label.Samples[i] > 0)
            {
                double end = (i + 1) / label.SampleRateHz;
                if (goesOn)
                {
                    spans[^1] = (spans[^1].From, end);
                }
                else
                {
                    spans.Add((i / label.SampleRateHz, end));
                }
            }
        }

        return new FaultSpans(spans);
    }

    /// <summary>Whether each window holds a sample of a fault.</summary>
    /// <param name="starts">First sample of each window.</param>
    /// <param name="model">Says their length and rate.</param>
    public bool[] Labels(IReadOnlyList<int> starts, ModelMetadata model) =>
        [.. starts.Select(start => Spans.Any(span => Touches(span, start, model)))];

    /// <summary>
    /// Judges the alarms of a recording; delays are in seconds from the beginning of an event to the end of the first window with a sample of it at which an alarm is raised. Events that share a window are
    /// judged each by itself, and one that no window touches is missed.
    /// </summary>
    /// <param name="alarms">Whether an alarm stands after each window.</param>
    /// <param name="starts">First sample of each window.</param>
    /// <param name="model">Says their length and rate.</param>
    public EventScores Judge(bool[] alarms, IReadOnlyList<int> starts, ModelMetadata model)
    {
        var delays = new List<double?>();
        int alreadyRaised = 0;
        foreach ((double From, double To) span in Spans)
        {
            int[] touched = [.. Enumerable.Range(0, starts.Count).Where(window => Touches(span, starts[window], model))];
            int raised = Array.FindIndex(touched, window => EventScores.IsRaised(alarms, window));
            delays.Add(raised < 0 ? null : ((starts[touched[raised]] + model.WindowSamples) / model.SampleRateHz) - span.From);
            alreadyRaised += raised < 0 && touched.Length > 0 && alarms[touched[0]] ? 1 : 0;
        }

        return new EventScores(delays, EventScores.Of(alarms, Labels(starts, model)).FalseEvents) { AlreadyRaised = alreadyRaised };
    }

    /// <summary>Checks that every event begins within its recording.</summary>
    /// <exception cref="UsageException">One does not.</exception>
    public FaultSpans Within(string file, double seconds) => Spans.All(span => span.From < seconds)
        ? this
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{file} lasts {seconds:G4} s, expected a fault that begins before its end, found one at {Spans[^1].From} s"));

    private static bool Touches((double From, double To) span, int start, ModelMetadata model) =>
        start / model.SampleRateHz < span.To && (start + model.WindowSamples) / model.SampleRateHz > span.From;
}
