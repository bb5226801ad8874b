namespace Thrum.Spectral.Filters;

/// <summary>
/// A second-order section H(z) = (B0 + B1·z⁻¹ + B2·z⁻²)/(1 + A1·z⁻¹ + A2·z⁻²). A filter is a product of sections, applied
/// in the order of the array.
/// </summary>
/// <param name="B0">Numerator, z⁰.</param>
/// <param name="B1">Numerator, z⁻¹.</param>
/// <param name="B2">Numerator, z⁻².</param>
/// <param name="A1">Denominator, z⁻¹.</param>
/// <param name="A2">Denominator, z⁻².</param>
public readonly record struct Biquad(double B0, double B1, double B2, double A1, double A2)
{
    /// <summary>H(1): the gain of a constant.</summary>
    public double DcGain => (B0 + B1 + B2) / (1 + A1 + A2);

    /// <summary>Whether both poles are within the unit circle (the triangle |A2| &lt; 1, |A1| &lt; 1 + A2).</summary>
    public bool IsStable => Math.Abs(A2) < 1 && Math.Abs(A1) < 1 + A2;
}
