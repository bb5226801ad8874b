using Thrum.Detector.Scores;

namespace Thrum.Gateway.Live;

/// <summary>Measures of an axis's buffer in the API; what does not exist is null.</summary>
internal sealed record LiveMeasure
{
    /// <summary>Time of the buffer's last sample, ms since 1970-01-01 UTC.</summary>
    public required long TimeUnixMs { get; init; }

    public required double? Rms { get; init; }

    public required double? Peak { get; init; }

    public required double? Crest { get; init; }

    public required double? Kurtosis { get; init; }

    public required double? VelocityRmsMmS { get; init; }

    /// <summary>Zone of ISO 20816-3.</summary>
    public required string? Zone { get; init; }

    public required double? ShaftHz { get; init; }

    /// <summary>Symbol of the samples' unit, in which <see cref="Rms"/> and <see cref="Peak"/> are; null where nobody says it.</summary>
    public required string? Unit { get; init; }

    public static LiveMeasure Of(in VibrationMeasure measure) => new()
    {
        TimeUnixMs = measure.TimeUnixNs / 1_000_000,
        Rms = Finite(measure.Rms),
        Peak = Finite(measure.Peak),
        Crest = Finite(measure.Crest),
        Kurtosis = Finite(measure.Kurtosis),
        VelocityRmsMmS = Finite(measure.VelocityRmsMmS),
        Zone = measure.Zone,
        ShaftHz = Finite(measure.ShaftHz),
        Unit = measure.Unit,
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
