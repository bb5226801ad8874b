using System.ComponentModel.DataAnnotations;

namespace Thrum.Detector.Calibration;

/// <summary>Which scores the gateway keeps beside its store so that an operator can calibrate an axis on some of them.</summary>
public sealed record RecalibrationOptions
{
    /// <summary>Scored windows that are kept of each axis, the newest; 0 for none.</summary>
    [Range(0, 1 << 20)]
    public int KeptWindows { get; init; } = HealthySequence.MaxKept;

    /// <summary>Bytes for those of all axes; an axis that comes when they are used up takes the place of one of which nothing came for a day, or is not kept.</summary>
    [Range(0L, 1L << 40)]
    public long KeptBytes { get; init; } = 256L << 20;
}
