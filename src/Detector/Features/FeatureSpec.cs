using System.Globalization;
using System.Text.Json;
using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Features;

/// <summary>
/// The feature of a model with its parameters. Metadata form: a name, or an object such as
/// <c>{"kind":"log-spectrum","segment":256,"window":"hann","floor":1e-6}</c> or
/// <c>{"kind":"envelope-spectrum","low":500,"high":5000,"floor":1e-9}</c>. Immutable.
/// </summary>
public sealed record FeatureSpec
{
    private const string Forms =
        "expected waveform, quantities, {\"kind\":\"log-spectrum\",\"segment\":<samples>,\"window\":<hann|hamming|blackmanharris|flattop|rectangular>,\"floor\":<positive>} "
        + "or {\"kind\":\"envelope-spectrum\",\"low\":<Hz>,\"high\":<Hz>,\"floor\":<positive>}";

    /// <summary>The samples as they are.</summary>
    public static FeatureSpec Waveform { get; } = new();

    /// <summary>The samples of named quantities as they are.</summary>
    public static FeatureSpec Quantities { get; } = new() { Kind = FeatureKind.Quantities };

    /// <summary>The kind.</summary>
    public FeatureKind Kind { get; init; }

    /// <summary>Log-spectrum: samples per segment, with half a segment of overlap; 0 for the whole window.</summary>
    public int SegmentSamples { get; init; }

    /// <summary>Log-spectrum: weighting of a segment.</summary>
    public SpectrumWindow Window { get; init; } = SpectrumWindow.Hann;

    /// <summary>Envelope-spectrum: lower edge of the band, Hz.</summary>
    public double LowHz { get; init; }

    /// <summary>Envelope-spectrum: upper edge of the band, Hz.</summary>
    public double HighHz { get; init; }

    /// <summary>
    /// The least amplitude that is told from 0, in the samples' unit (squared for the envelope): it keeps the logarithm of silence finite.
    /// </summary>
    public double Floor { get; init; } = 1e-6;

    /// <summary>True when the model sees samples in time.</summary>
    public bool IsInTime => Kind is FeatureKind.Waveform or FeatureKind.Quantities;

    /// <summary>The metadata form.</summary>
    public override string ToString() => Kind switch
    {
        FeatureKind.LogSpectrum => string.Create(CultureInfo.InvariantCulture,
            $"{{\"kind\":\"log-spectrum\",\"segment\":{SegmentSamples},\"window\":\"{WindowName()}\",\"floor\":{Floor:R}}}"),
        FeatureKind.EnvelopeSpectrum => string.Create(CultureInfo.InvariantCulture,
            $"{{\"kind\":\"envelope-spectrum\",\"low\":{LowHz:R},\"high\":{HighHz:R},\"floor\":{Floor:R}}}"),
        FeatureKind.Quantities => "quantities",
        _ => "waveform",
    };

    /// <summary>Reads the metadata form.</summary>
    /// <exception cref="FormatException">It is not that form, or a parameter is out of range.</exception>
    public static FeatureSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith('{'))
        {
            return Named(text) ?? throw new FormatException($"{Forms}, found {text}");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            FeatureSpec? named = root.TryGetProperty("kind", out JsonElement kind) && kind.ValueKind == JsonValueKind.String ? Named(kind.GetString()!) : null;
            return (named is null ? null : WithParameters(named, root)) ?? throw new FormatException($"{Forms}, found {text}");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{Forms}, found {text}", e);
        }
    }

    private string WindowName() => Window.ToString().ToLowerInvariant();

    private static FeatureSpec? Named(string name) => name switch
    {
        "waveform" => Waveform,
        "quantities" => Quantities,
        "log-spectrum" => new FeatureSpec { Kind = FeatureKind.LogSpectrum },
        "envelope-spectrum" => new FeatureSpec { Kind = FeatureKind.EnvelopeSpectrum },
        _ => null,
    };

    private static FeatureSpec? WithParameters(FeatureSpec spec, JsonElement root)
    {
        foreach (JsonProperty property in root.EnumerateObject())
        {
            double number = property.Value.ValueKind == JsonValueKind.Number ? property.Value.GetDouble() : double.NaN;
            FeatureSpec? next = (spec.Kind, property.Name) switch
            {
                (_, "kind") => spec,
                (FeatureKind.LogSpectrum, "segment") when number >= 0 && number <= 1 << 22 && number == Math.Floor(number) => spec with { SegmentSamples = (int)number },
                (FeatureKind.LogSpectrum, "window") when WindowOf(property.Value) is { } window => spec with { Window = window },
                (FeatureKind.EnvelopeSpectrum, "low") when number >= 0 => spec with { LowHz = number },
                (FeatureKind.EnvelopeSpectrum, "high") when number > 0 => spec with { HighHz = number },
                (FeatureKind.LogSpectrum or FeatureKind.EnvelopeSpectrum, "floor") when float.IsNormal((float)number) && number > 0 => spec with { Floor = number },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            spec = next;
        }

        return spec;
    }

    // Kaiser and Tukey need a parameter of their own and are left out.
    private static SpectrumWindow? WindowOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Enum.TryParse(value.GetString(), ignoreCase: true, out SpectrumWindow window)
        && window <= SpectrumWindow.FlatTop && char.IsLetter(value.GetString()![0])
            ? window
            : null;
}
