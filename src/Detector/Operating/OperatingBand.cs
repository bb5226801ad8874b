using System.ComponentModel.DataAnnotations;

namespace Thrum.Detector.Operating;

/// <summary>A range of speed or load that is calibrated by itself: from a value up to, and without, another.</summary>
public sealed record OperatingBand
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxName = 64;

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The least value in it: r/min of a speed, the unit of the source of a load.</summary>
    public double From { get; init; }

    /// <summary>The value at which it ends, in the same unit; it is not in the band.</summary>
    public double To { get; init; }

    internal bool Holds(double value) => value >= From && value < To;
}
