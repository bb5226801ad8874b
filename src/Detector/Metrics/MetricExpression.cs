using System.Text;
using System.Text.Json;

namespace Thrum.Detector.Metrics;

/// <summary>
/// A metric between a normalised window y and its reconstruction ŷ, d = y − ŷ: a weighted sum such as
/// <c>mse + 0.5*fft(120Hz..180Hz)</c>. Higher is more anomalous. Immutable.
/// </summary>
public sealed record MetricExpression
{
    internal MetricExpression(string text, IReadOnlyList<MetricTerm> terms)
    {
        Text = text;
        Terms = terms;
        FieldKey = ToFieldKey(text);
    }

    /// <summary>The expression as it was written, without blanks.</summary>
    public string Text { get; }

    /// <summary>Its terms; the metric is the sum of weight × elementary metric.</summary>
    public IReadOnlyList<MetricTerm> Terms { get; }

    /// <summary>InfluxDB field key: <c>fft(120Hz..180Hz)</c> is <c>fft_120_180hz</c>.</summary>
    public string FieldKey { get; }

    /// <summary>Parses one expression.</summary>
    /// <exception cref="FormatException">It does not follow the grammar; the message says where and what was expected.</exception>
    public static MetricExpression Parse(string text) => new MetricParser(text).Parse();

    /// <summary>Parses a JSON array of expressions, <c>["mse","lmse"]</c>; at least one, no two with the same field key.</summary>
    /// <exception cref="FormatException">It is no such array, or an expression in it is wrong.</exception>
    public static IReadOnlyList<MetricExpression> ParseList(string json)
    {
        string?[]? texts;
        try
        {
            texts = JsonSerializer.Deserialize<string?[]>(json);
        }
        catch (JsonException e)
        {
            throw NotAList(json, e);
        }

        return ParseList([.. (texts ?? []).Select(text => text ?? throw NotAList(json, null))]);
    }

    /// <summary>Parses several expressions; at least one, no two with the same field key.</summary>
    /// <exception cref="FormatException">The list is empty, two share a field key, or an expression is wrong.</exception>
    public static IReadOnlyList<MetricExpression> ParseList(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            throw new FormatException("expected at least one metric, found none");
        }

        MetricExpression[] metrics = [.. texts.Select(Parse)];
        string? twice = metrics.GroupBy(metric => metric.FieldKey).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? metrics : throw new FormatException($"two metrics share the field key '{twice}'");
    }

    /// <inheritdoc/>
    public bool Equals(MetricExpression? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static FormatException NotAList(string json, JsonException? cause) =>
        new($"expected a JSON array of metrics such as [\"mse\",\"lmse\"], found {json}", cause);

    private static string ToFieldKey(string text)
    {
        string lower = text.ToLowerInvariant().Replace("+", "_plus_", StringComparison.Ordinal);
        bool hertz = lower.Contains("hz", StringComparison.Ordinal);
        var key = new StringBuilder();
        foreach (char c in lower.Replace("hz", "", StringComparison.Ordinal))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                key.Append(c);
            }
            else if (key.Length > 0 && key[^1] != '_')
            {
                key.Append('_');
            }
        }

        string trimmed = key.ToString().TrimEnd('_');
        return hertz ? trimmed + "hz" : trimmed;
    }
}
