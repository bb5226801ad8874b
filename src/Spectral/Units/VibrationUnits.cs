namespace Thrum.Spectral.Units;

/// <summary>What the units are worth. Pure functions.</summary>
public static class VibrationUnits
{
    /// <summary>Standard gravity (3rd CGPM, 1901), m/s².</summary>
    public const double StandardGravity = 9.80665;

    /// <summary>One of the unit in m, m/s or m/s².</summary>
    /// <exception cref="ArgumentOutOfRangeException">The unit is not a known one.</exception>
    public static double ToSi(VibrationUnit unit) => unit switch
    {
        VibrationUnit.G => StandardGravity,
        VibrationUnit.MetresPerSecondSquared => 1,
        VibrationUnit.MillimetresPerSecond => 1e-3,
        VibrationUnit.Micrometres => 1e-6,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "is not a known unit"),
    };

    /// <summary>How often displacement is differentiated: 2 for acceleration, 1 for velocity, 0 for displacement.</summary>
    public static int Derivative(VibrationUnit unit) => unit switch
    {
        VibrationUnit.Micrometres => 0,
        VibrationUnit.MillimetresPerSecond => 1,
        _ => 2,
    };
}
