using System.Globalization;

namespace Thrum.Detector.Models;

/// <summary>Reads metadata properties; every fault names the key, what was expected and what was found.</summary>
internal sealed class PropertyReader(IReadOnlyDictionary<string, string> properties)
{
    public bool Has(string key) => properties.ContainsKey(key);

    public string Text(string key, string fallback) => properties.GetValueOrDefault(key, fallback);

    /// <summary>Base64 text; empty when absent.</summary>
    public string Base64(string key) => ParseOptional(key, text => Convert.TryFromBase64String(text, new byte[text.Length], out _)
        ? text
        : throw new FormatException("expected base64")) ?? "";

    public int Integer(string key, int? fallback, int minimum, int maximum)
    {
        if (!properties.TryGetValue(key, out string? text))
        {
            return fallback ?? throw Missing(key, $"an integer from {minimum} to {maximum}");
        }

        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum
            ? value
            : throw new FormatException($"{key} is '{text}', expected an integer from {minimum} to {maximum}");
    }

    public double Positive(string key, double? fallback)
    {
        if (!properties.TryGetValue(key, out string? text))
        {
            return fallback ?? throw Missing(key, "a positive number");
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
            ? value
            : throw new FormatException($"{key} is '{text}', expected a positive number");
    }

    public T Parse<T>(string key, Func<string, T> parse) => ParseOptional(key, parse) ?? throw Missing(key, "a value");

    public T? ParseOptional<T>(string key, Func<string, T> parse)
    {
        if (!properties.TryGetValue(key, out string? text))
        {
            return default;
        }

        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{key}: {e.Message}", e);
        }
    }

    private static FormatException Missing(string key, string expected) =>
        new($"{key} is missing, expected {expected} in the ONNX metadata, in a sidecar <model>.json or in the configuration");
}
