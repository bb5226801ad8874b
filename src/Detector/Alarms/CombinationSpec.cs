using System.Globalization;
using Thrum.Detector.Metrics;

namespace Thrum.Detector.Alarms;

/// <summary>
/// A combination of several metrics as a rule names it: <c>any(a, b)</c>, <c>all(a, b)</c>, <c>2 of (a, b, c)</c> or <c>min-p(a, b)</c>. Immutable.
/// </summary>
/// <param name="Count">How many of the metrics must agree.</param>
/// <param name="IsLeastPValue">True for <c>min-p</c>.</param>
/// <param name="Metrics">The metrics' canonical texts.</param>
internal sealed record CombinationSpec(int Count, bool IsLeastPValue, IReadOnlyList<string> Metrics)
{
    private const int MostMetrics = 16;

    /// <summary>Canonical text.</summary>
    public string Text { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{(IsLeastPValue ? "min-p" : Count == 1 ? "any" : Count == Metrics.Count ? "all" : $"{Count} of ")}({string.Join(", ", Metrics)})");

    /// <summary>Reads a combination; null when the text has not the form of one, and is a metric or none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="metric">The canonical text of a metric; by default that of the metric grammar.</param>
    /// <exception cref="FormatException">It has that form, and a fault in it.</exception>
    public static CombinationSpec? Parse(string text, Func<string, string>? metric = null)
    {
        metric ??= part => MetricExpression.Parse(part).Text;
        int open = text.IndexOf('(', StringComparison.Ordinal);
        string head = open < 0 ? "" : text[..open].Trim();
        bool counts = head.EndsWith(" of", StringComparison.Ordinal);
        if (!counts && head is not ("any" or "all" or "min-p"))
        {
            return null;
        }

        string trimmed = text.TrimEnd();
        string[] metrics = trimmed.EndsWith(')') ? [.. Split(trimmed[(open + 1)..^1]).Select(metric)] : [];
        if (metrics.Length is < 2 or > MostMetrics || metrics.Distinct().Count() != metrics.Length)
        {
            throw new FormatException($"'{text}': expected 2 to {MostMetrics} different metrics in parentheses, such as {head}(mse, lmse)");
        }

        int count = head == "all" ? metrics.Length : 1;
        if (counts && !(int.TryParse(head[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out count) && count >= 1 && count <= metrics.Length))
        {
            throw new FormatException($"'{text}': expected a number from 1 to {metrics.Length}, the number of its metrics, before 'of'");
        }

        return new CombinationSpec(count, head == "min-p", metrics);
    }

    /// <summary>The parts between the commas that stand in no inner parentheses.</summary>
    private static IEnumerable<string> Split(string text)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }
}
