using System.Text.Json;

namespace Thrum.Detector.Models;

/// <summary>The metadata forms of <see cref="Normaliser"/>.</summary>
internal static class NormaliserJson
{
    private const string Forms =
        "expected {\"kind\":\"zscore\",\"mean\":<number>,\"std\":<positive>}, {\"kind\":\"robust\",\"median\":<number>,\"iqr\" or \"mad\":<positive>}, "
        + "{\"kind\":\"minmax\",\"min\":<number>,\"max\":<greater>,\"clamp\":<true by default>} or {\"kind\":\"level\"}; "
        + "a number may be an array with one per axis or per value of the window";

    // Makes the median absolute deviation of a Gaussian its standard deviation: 1/Φ⁻¹(3/4).
    private const double MadToSigma = 1.482_602_218_505_602;

    public static string ZScore(double mean, double std) => JsonSerializer.Serialize(new { kind = "zscore", mean, std });

    public static string ZScore(double[] means, double[] stds) => JsonSerializer.Serialize(new { kind = "zscore", mean = means, std = stds });

    public static Normaliser Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("kind", out JsonElement kind) && kind.ValueKind == JsonValueKind.String
                && Read(root, kind.GetString()!, json) is { } normaliser)
            {
                return normaliser;
            }
        }
        catch (JsonException e)
        {
            throw new FormatException($"{Forms}, found {json}", e);
        }

        throw new FormatException($"{Forms}, found {json}");
    }

    private static Normaliser? Read(JsonElement root, string kind, string json) => kind switch
    {
        "zscore" => Of(NormaliserKind.ZScore, Numbers(root, "mean"), Numbers(root, "std"), false, json),
        "robust" => Of(
            NormaliserKind.Robust,
            Numbers(root, "median"),
            Numbers(root, "iqr") ?? Numbers(root, "mad")?.Select(mad => mad * MadToSigma).ToArray(),
            false,
            json),
        "minmax" when Numbers(root, "min") is { } min && Numbers(root, "max") is { } max && max.Length == min.Length && Clamp(root) is { } clamp =>
            Of(NormaliserKind.MinMax, min, [.. max.Zip(min, (high, low) => high - low)], clamp, json),
        "level" => new Normaliser(NormaliserKind.Level, [0], [1], false, json),
        _ => null,
    };

    private static Normaliser? Of(NormaliserKind kind, double[]? offsets, double[]? divisors, bool clamps, string json) =>
        offsets is not null && divisors is not null && offsets.Length == divisors.Length
        && offsets.All(offset => float.IsFinite((float)offset))
        && divisors.All(divisor => divisor > 0 && float.IsNormal((float)(1 / divisor)))
            ? new Normaliser(kind, offsets, divisors, clamps, json)
            : null;

    private static bool? Clamp(JsonElement root) => !root.TryGetProperty("clamp", out JsonElement clamp)
        ? true
        : clamp.ValueKind is JsonValueKind.True or JsonValueKind.False ? clamp.GetBoolean() : null;

    private static double[]? Numbers(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        double[] numbers = [.. items.Where(item => item.ValueKind == JsonValueKind.Number).Select(item => item.GetDouble())];
        return numbers.Length == items.Length && numbers.Length > 0 ? numbers : null;
    }
}
