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

    /// <summary>What <see cref="Parse"/> knows.</summary>
    public const string Symbols = "g, m/s2, mm/s or um";

    /// <summary>The unit of a symbol such as <c>m/s2</c>, or null.</summary>
    public static VibrationUnit? Parse(string? symbol) => symbol switch
    {
        "g" => VibrationUnit.G,
        "m/s2" or "m/s²" or "m/s^2" => VibrationUnit.MetresPerSecondSquared,
        "mm/s" => VibrationUnit.MillimetresPerSecond,
        "um" or "µm" or "μm" => VibrationUnit.Micrometres,
        _ => null,
    };

    /// <summary>The unit's symbol, for people; null for no unit.</summary>
    public static string? Symbol(VibrationUnit? unit) => unit switch
    {
        VibrationUnit.G => "g",
        VibrationUnit.MetresPerSecondSquared => "m/s²",
        VibrationUnit.MillimetresPerSecond => "mm/s",
        VibrationUnit.Micrometres => "µm",
        _ => null,
    };

    /// <summary>How often displacement is differentiated: 2 for acceleration, 1 for velocity, 0 for displacement.</summary>
    public static int Derivative(VibrationUnit unit) => unit switch
    {
        VibrationUnit.Micrometres => 0,
        VibrationUnit.MillimetresPerSecond => 1,
        _ => 2,
    };
}
