using Thrum.Spectral.Units;

namespace Thrum.Gateway.Inspect;

/// <summary>Units of vibration as people write them.</summary>
internal static class UnitNames
{
    /// <summary>What can be given.</summary>
    public const string Known = "g, m/s2, mm/s or um";

    /// <summary>The unit of a text such as <c>m/s2</c>, or null.</summary>
    public static VibrationUnit? Parse(string? text) => text switch
    {
        "g" => VibrationUnit.G,
        "m/s2" or "m/s²" or "m/s^2" => VibrationUnit.MetresPerSecondSquared,
        "mm/s" => VibrationUnit.MillimetresPerSecond,
        "um" or "µm" or "μm" => VibrationUnit.Micrometres,
        _ => null,
    };

    /// <summary>The unit's symbol.</summary>
    public static string? Of(VibrationUnit? unit) => unit switch
    {
        VibrationUnit.G => "g",
        VibrationUnit.MetresPerSecondSquared => "m/s²",
        VibrationUnit.MillimetresPerSecond => "mm/s",
        VibrationUnit.Micrometres => "µm",
        _ => null,
    };
}
