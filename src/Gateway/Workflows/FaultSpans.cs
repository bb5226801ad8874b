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
        for (int i = 0; i < label.Samples.Length; i++)
        {
            if (label.Samples[i] > 0)
            {
                bool goesOn = i > 0 && label.Samples[i - 1] > 0;
                double from = goesOn ? spans[^1].From : i / label.SampleRateHz;
                spans.RemoveRange(spans.Count - (goesOn ? 1 : 0), goesOn ? 1 : 0);
                spans.Add((from, (i + 1) / label.SampleRateHz));
            }
        }

        return new FaultSpans(spans);
    }

    /// <summary>Whether each window holds a sample of a fault.</summary>
    /// <param name="starts">First sample of each window.</param>
    /// <param name="model">Says their length and rate.</param>
    public bool[] Labels(IReadOnlyList<int> starts, ModelMetadata model) =>
        [.. starts.Select(start => Spans.Any(span => Touches(span, start, model)))];

    /// <summary>Judges the alarms of a recording; delays are in seconds from the beginning of an event to the end of the window at which an alarm stands.</summary>
    /// <param name="alarms">Whether an alarm stands after each window.</param>
    /// <param name="starts">First sample of each window.</param>
    /// <param name="model">Says their length and rate.</param>
    public EventScores Judge(bool[] alarms, IReadOnlyList<int> starts, ModelMetadata model)
    {
        bool[] labels = Labels(starts, model);
        EventScores inWindows = EventScores.Of(alarms, labels);
        int[] firsts = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] && (i == 0 || !labels[i - 1]))];
        return inWindows with
        {
            Delays = [.. inWindows.Delays.Zip(firsts, (delay, first) => delay is { } windows
                ? ((starts[first + (int)windows] + model.WindowSamples) / model.SampleRateHz) - Spans.First(span => Touches(span, starts[first], model)).From
                : (double?)null)],
        };
    }

    /// <summary>Checks that every event begins within its recording.</summary>
    /// <exception cref="UsageException">One does not.</exception>
    public FaultSpans Within(string file, double seconds) => Spans.All(span => span.From < seconds)
        ? this
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{file} lasts {seconds:G4} s, expected a fault that begins before its end, found one at {Spans[^1].From} s"));

    private static bool Touches((double From, double To) span, int start, ModelMetadata model) =>
        start / model.SampleRateHz < span.To && (start + model.WindowSamples) / model.SampleRateHz > span.From;
}
