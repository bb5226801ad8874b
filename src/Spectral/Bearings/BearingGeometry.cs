namespace Thrum.Spectral.Bearings;

/// <summary>
/// Kinematics of a rolling bearing with a still outer ring and no slip (R. B. Randall, J. Antoni, "Rolling element bearing
/// diagnostics - a tutorial", MSSP 25, 2011). Orders are multiples of the shaft's frequency; real bearings slip by 1-2 %.
/// </summary>
public sealed record BearingGeometry
{
    /// <summary>A geometry; both diameters in the same unit, whichever it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Fewer than 2 elements, a diameter that is not positive, elements as wide as the pitch circle, or an angle outside 0 … 90°.
    /// </exception>
    public BearingGeometry(int rollingElements, double elementDiameter, double pitchDiameter, double contactAngleDegrees = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rollingElements, 2);
        Require(elementDiameter > 0 && double.IsFinite(elementDiameter), elementDiameter, nameof(elementDiameter), "positive");
        Require(
            pitchDiameter > elementDiameter && double.IsFinite(pitchDiameter),
            pitchDiameter,
            nameof(pitchDiameter),
            "above the element diameter");
        Require(contactAngleDegrees is >= 0 and < 90, contactAngleDegrees, nameof(contactAngleDegrees), "at least 0 and below 90");
        RollingElements = rollingElements;
        ElementDiameter = elementDiameter;
        PitchDiameter = pitchDiameter;
        ContactAngleDegrees = contactAngleDegrees;
    }

    /// <summary>Balls or rollers in a row, n.</summary>
    public int RollingElements { get; }

    /// <summary>Diameter of a ball or roller, d.</summary>
    public double ElementDiameter { get; }

    /// <summary>Diameter of the circle through the elements' centres, D, in the unit of d.</summary>
    public double PitchDiameter { get; }

    /// <summary>Contact angle φ in degrees, 0 for deep-groove bearings under radial load.</summary>
    public double ContactAngleDegrees { get; }

    /// <summary>n/2·(1 − d/D·cos φ).</summary>
    public double BpfoOrder => RollingElements / 2.0 * (1 - Ratio);

    /// <summary>n/2·(1 + d/D·cos φ).</summary>
    public double BpfiOrder => RollingElements / 2.0 * (1 + Ratio);

    /// <summary>D/2d·(1 − (d/D·cos φ)²).</summary>
    public double BsfOrder => PitchDiameter / (2 * ElementDiameter) * (1 - (Ratio * Ratio));

    /// <summary>½·(1 − d/D·cos φ).</summary>
    public double FtfOrder => 0.5 * (1 - Ratio);

    /// <summary>All four as multiples of the shaft's frequency.</summary>
    public BearingFrequencies Orders => new(BpfoOrder, BpfiOrder, BsfOrder, FtfOrder);

    private double Ratio => ElementDiameter / PitchDiameter * Math.Cos(ContactAngleDegrees * Math.PI / 180);

    /// <summary>All four in Hz at a shaft speed in Hz (r/min over 60).</summary>
    public BearingFrequencies AtShaftHz(double shaftHz) =>
        new(BpfoOrder * shaftHz, BpfiOrder * shaftHz, BsfOrder * shaftHz, FtfOrder * shaftHz);

    private static void Require(bool holds, double value, string name, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"must be {expected}");
        }
    }
}
