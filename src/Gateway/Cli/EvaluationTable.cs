using System.Globalization;
using Spectre.Console;
using Thrum.Gateway.Workflows;
using Thrum.Training.Evaluation;

namespace Thrum.Gateway.Cli;

/// <summary>An evaluation for people: a row for each figure and a column for each metric, in several tables where the terminal is too narrow for all; below, where each threshold comes from.</summary>
internal static class EvaluationTable
{
    // Names of rows, and the widest figure with its interval, each with the table's own blanks and lines.
    private const int NameWidth = 29;
    private const int FigureWidth = 25;

    private static readonly (string Name, Func<MetricEvaluation, string> Text)[] Rows =
    [
        ("AUROC (95 %)", metric => Text(metric.Figures.Auroc)),
        ("AUPRC (95 %)", metric => Text(metric.Figures.Auprc)),
        ("F1", metric => Text(metric.Figures.F1?.Value, "F3")),
        ("threshold", metric => Text(metric.Threshold, "G4")),
        ("healthy above (95 %)", metric => Share(metric.Figures.FalseAlarmRate)),
        ("faulty above (95 %)", metric => Share(metric.Figures.Recall)),
        ("false alarms", metric => metric.Events.Scores.FalseEvents.ToString(CultureInfo.InvariantCulture)),
        ("healthy time in alarm", metric => Time(metric.Events.HealthyInAlarm)),
        ("events found (95 %)", metric => Found(metric.Events)),
        ("in alarm before the onset", metric => metric.Events.Scores.AlreadyRaised.ToString(CultureInfo.InvariantCulture)),
        ("mean delay", metric => metric.Events.Scores.MeanDelay is { } delay ? string.Create(CultureInfo.InvariantCulture, $"{delay:G3} s") : ""),
    ];

    /// <summary>All of it.</summary>
    /// <param name="scores">By metric.</param>
    /// <param name="width">Letters in a line.</param>
    /// <param name="isUnicode">Whether lines may be drawn.</param>
    public static string Text(IReadOnlyDictionary<string, MetricEvaluation> scores, int width, bool isUnicode = true)
    {
        using var written = new StringWriter(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(written), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        (console.Profile.Width, console.Profile.Capabilities.Unicode) = (width, isUnicode);
        int atOnce = Math.Max(1, (width - NameWidth) / FigureWidth);
        foreach (KeyValuePair<string, MetricEvaluation>[] some in scores.Chunk(atOnce))
        {
            Table table = new Table().AddColumn("").AddColumns([.. some.Select(score => Markup.Escape(score.Key))]);
            foreach ((string name, Func<MetricEvaluation, string> text) in Rows)
            {
                table.AddRow([name, .. some.Select(score => Markup.Escape(text(score.Value)))]);
            }

            console.Write(table);
        }

        foreach ((string metric, MetricEvaluation score) in scores)
        {
            console.WriteLine($"{metric}: threshold from {score.ThresholdOrigin}");
        }

        return written.ToString();
    }

    private static string Found(EventEvaluation events) => string.Create(CultureInfo.InvariantCulture,
        $"{events.Scores.Found} of {events.Scores.Events} ({100 * events.Intervals.Recall.Low:F0} to {events.Intervals.Recall.High:P0})");

    private static string Time(TimeInAlarm time) => string.Create(CultureInfo.InvariantCulture, $"{time.Share:P1} of {Length(time.OfHours)}");

    private static string Length(double hours) => hours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{3600 * hours:G3} s") : string.Create(CultureInfo.InvariantCulture, $"{hours:G3} h");

    private static string Text(ConfidenceInterval interval) => string.Create(CultureInfo.InvariantCulture, $"{interval.Value:F3} ({interval.Low:F3} to {interval.High:F3})");

    private static string Share(ConfidenceInterval? share) =>
        share is { } interval ? string.Create(CultureInfo.InvariantCulture, $"{interval.Value:P1} ({100 * interval.Low:F0} to {interval.High:P0})") : Text(null, "");

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "not calibrated";
}
