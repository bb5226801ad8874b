namespace Thrum.Spectral.Units;

/// <summary>Units of vibration, and with them the quantity.</summary>
public enum VibrationUnit
{
    /// <summary>Acceleration in standard gravities, 9.80665 m/s².</summary>
    G,

    /// <summary>Acceleration in m/s².</summary>
    MetresPerSecondSquared,

    /// <summary>Velocity in mm/s.</summary>
    MillimetresPerSecond,

    /// <summary>Displacement in µm.</summary>
    Micrometres,
}
