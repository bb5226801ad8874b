using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Live;

/// <summary>Measures of an axis's buffer in the API; what does not exist is null.</summary>
internal sealed record LiveMeasure
{
    /// <summary>Time of the buffer's last sample.</summary>
    public required DateTimeOffset Time { get; init; }

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
        Time = UnixTime.ToDateTimeOffset(measure.TimeUnixNs),
        Rms = measure.Rms.FiniteOrNull(),
        Peak = measure.Peak.FiniteOrNull(),
        Crest = measure.Crest.FiniteOrNull(),
        Kurtosis = measure.Kurtosis.FiniteOrNull(),
        VelocityRmsMmS = measure.VelocityRmsMmS.FiniteOrNull(),
        Zone = measure.Zone,
        ShaftHz = measure.ShaftHz.FiniteOrNull(),
        Unit = measure.Unit,
    };
}
