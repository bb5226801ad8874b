using System.Numerics;

namespace Thrum.Spectral.Filters;

/// <summary>
/// Roots of a digital filter into second-order sections. The pole nearest the unit circle peaks most; it is paired with the
/// zeros nearest to it, which flatten it, and put last, so that what comes before has already damped its input.
/// The whole gain is in the first section.
/// </summary>
internal sealed class SectionPairing
{
    private readonly List<Complex> _zeros;
    private readonly List<Complex> _poles;

    private SectionPairing(ZeroPoleGain filter)
    {
        _zeros = [.. filter.Zeros];
        _poles = [.. filter.Poles];
        if (ZeroPoleGain.Count(_poles) % 2 == 1)
        {
            // A pole and a zero at the origin cancel and make the count even.
            _poles.Add(Complex.Zero);
            _zeros.Add(Complex.Zero);
        }
    }

    /// <summary>The sections of a filter with as many zeros as poles.</summary>
    public static Biquad[] Sections(ZeroPoleGain filter)
    {
        SectionPairing pairing = new(filter);
        Biquad[] sections = new Biquad[ZeroPoleGain.Count(pairing._poles) / 2];
        for (int i = sections.Length - 1; i >= 0; i--)
        {
            sections[i] = pairing.TakeSection();
        }

        Biquad first = sections[0];
        sections[0] = first with { B0 = filter.Gain * first.B0, B1 = filter.Gain * first.B1, B2 = filter.Gain * first.B2 };
        return sections;
    }

    private Biquad TakeSection()
    {
        Complex pole = TakePole(any: true);
        (double a1, double a2) = Quadratic(pole, pole.Imaginary == 0 ? TakePole(any: false) : null);

        Complex zero = TakeZero(pole, any: true);
        (double b1, double b2) = Quadratic(zero, zero.Imaginary == 0 ? TakeZero(pole, any: false) : null);
        return new(1, b1, b2, a1, a2);
    }

    private Complex TakePole(bool any)
    {
        Complex pole = _poles.Where(root => any || root.Imaginary == 0).MinBy(root => Math.Abs(1 - root.Magnitude));
        _poles.Remove(pole);
        return pole;
    }

    private Complex TakeZero(Complex pole, bool any)
    {
        Complex zero = _zeros.Where(root => any || root.Imaginary == 0).MinBy(root => (root - pole).Magnitude);
        _zeros.Remove(zero);
        return zero;
    }

    /// <summary>(1 − r₁z⁻¹)(1 − r₂z⁻¹) of two real roots, or of a pair given by one of its roots.</summary>
    private static (double First, double Second) Quadratic(Complex root, Complex? other) => other is { } second
        ? (-(root.Real + second.Real), root.Real * second.Real)
        : (-2 * root.Real, (root.Real * root.Real) + (root.Imaginary * root.Imaginary));
}
