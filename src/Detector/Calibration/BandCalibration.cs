using System.Text.Json;
using System.Text.Json.Serialization;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Calibration;

/// <summary>What a model's healthy scores look like while the speed or load of the machine is in one band, as it stands in the model file under <c>thrum.bands</c>. Immutable.</summary>
/// <param name="Band">The band that it was made for.</param>
/// <param name="Table">The distribution of each metric.</param>
/// <param name="Scores">The healthy scores in order of time; null when there are none.</param>
public sealed record BandCalibration(OperatingBand Band, CalibrationTable Table, HealthyScores? Scores)
{
    private const int Version = 1;
    private const int MostBands = 64;

    /// <summary>What the band was calibrated on and when, for people; empty where the file does not say.</summary>
    public string Calibrated { get; init; } = "";

    /// <summary>Metadata form of the calibrations of some bands.</summary>
    public static string ToJson(IEnumerable<BandCalibration> bands)
    {
        ArgumentNullException.ThrowIfNull(bands);
        return JsonSerializer.Serialize(
            new Form(Version, [.. bands.Select(band => new BandForm(band.Band.Name, band.Band.From, band.Band.To, Element(band.Table.ToJson()), band.Scores is { } scores ? Element(scores.ToJson()) : null, band.Calibrated.Length > 0 ? band.Calibrated : null))]),
            JsonSerializerOptions.Web);
    }

    /// <summary>Reads that form.</summary>
    /// <exception cref="FormatException">It is not that form, or of a later version.</exception>
    public static IReadOnlyList<BandCalibration> Parse(string json)
    {
        try
        {
            Form? form = JsonSerializer.Deserialize<Form>(json, JsonSerializerOptions.Web);
            if (form is not { Version: Version, Bands.Count: <= MostBands } || form.Bands.Any(band => band is not { Name.Length: > 0 and <= OperatingBand.MaxName } || !(band.From < band.To)))
            {
                throw new FormatException($"expected version {Version} with at most {MostBands} bands of name, from and to, found version {form?.Version}");
            }

            return form.Bands.GroupBy(band => band.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
                ? throw new FormatException($"expected each band once, found '{twice.Key}' more often")
                : [.. form.Bands.Select(band => new BandCalibration(
                    new OperatingBand { Name = band.Name, From = band.From, To = band.To },
                    CalibrationTable.Parse(band.Calibration.GetRawText()),
                    band.Healthy is { } healthy ? HealthyScores.Parse(healthy.GetRawText()) : null)
                {
                    Calibrated = band.Calibrated ?? "",
                })];
        }
        catch (JsonException e)
        {
            throw new FormatException($"expected a JSON object of calibrations by band, found: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("expected a calibration in each band, found none", e);
        }
    }

    private static JsonElement Element(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private sealed record Form(int Version, IReadOnlyList<BandForm> Bands);

    private sealed record BandForm(
        string Name, double From, double To, JsonElement Calibration,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Healthy,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Calibrated = null);
}
