using System.Numerics;
using System.Text.Json;

namespace Thrum.Detector.Models;

/// <summary>Z-score normalisation with the mean and standard deviation of the training data: y = (x − mean) / std.</summary>
/// <param name="Mean">Mean in engineering units.</param>
/// <param name="Std">Standard deviation in engineering units, positive.</param>
public sealed record Normaliser(double Mean, double Std)
{
    /// <summary>Metadata form, <c>{"kind":"zscore","mean":0,"std":0.5}</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(new { kind = "zscore", mean = Mean, std = Std });

    /// <summary>Reads the metadata form.</summary>
    /// <exception cref="FormatException">It is not that form; the message says what was found.</exception>
    public static Normaliser Parse(string json)
    {
        const string Expected = "expected {\"kind\":\"zscore\",\"mean\":<number>,\"std\":<positive number>}";
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("kind", out JsonElement kind) && kind.ValueEquals("zscore")
                && root.TryGetProperty("mean", out JsonElement mean) && mean.TryGetDouble(out double m) && float.IsFinite((float)m)
                && root.TryGetProperty("std", out JsonElement std) && std.TryGetDouble(out double s) && s > 0 && float.IsNormal((float)(1 / s)))
            {
                return new Normaliser(m, s);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"{Expected}, found {json}", e);
        }

        throw new FormatException($"{Expected}, found {json}");
    }

    /// <summary>
    /// Normalises <paramref name="samples"/> into <paramref name="window"/> (same length). False when a sample is NaN or infinite; the
    /// window's content is then undefined.
    /// </summary>
    public bool TryApply(ReadOnlySpan<float> samples, Span<float> window)
    {
        float mean = (float)Mean;
        float scale = (float)(1.0 / Std);
        var means = new Vector<float>(mean);
        var scales = new Vector<float>(scale);
        Vector<float> finite = Vector<float>.Zero;
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> y = (new Vector<float>(samples[i..]) - means) * scales;
            y.CopyTo(window[i..]);

            // y − y is 0 for finite y and NaN otherwise, and NaN stays in the sum.
            finite += y - y;
        }

        float rest = Vector.Sum(finite);
        for (; i < samples.Length; i++)
        {
            float y = (samples[i] - mean) * scale;
            window[i] = y;
            rest += y - y;
        }

        return rest == 0;
    }
}
