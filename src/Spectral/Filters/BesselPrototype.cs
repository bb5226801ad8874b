using System.Numerics;

namespace Thrum.Spectral.Filters;

/// <summary>
/// Bessel (Thomson) low-pass prototype: the poles are the roots of the reverse Bessel polynomial θₙ (W. E. Thomson, "Delay
/// networks having maximally flat frequency characteristics", 1949), with θₙ = (2n − 1)·θₙ₋₁ + s²·θₙ₋₂.
/// </summary>
internal static class BesselPrototype
{
    public static ZeroPoleGain Design(int order, BesselNorm norm)
    {
        Complex[] roots = Roots(order);
        double scale = norm switch
        {
            BesselNorm.Delay => 1,
            BesselNorm.Phase => Math.Pow(ZeroPoleGain.Product(roots, 0), 1.0 / order),
            BesselNorm.Magnitude => HalfPower(roots),
            _ => throw new ArgumentOutOfRangeException(nameof(norm), norm, "is not a known norm"),
        };
        Complex[] poles = [.. roots.Select(root => root / scale)];
        return new([], poles, ZeroPoleGain.Product(poles, 0));
    }

    /// <summary>All roots at once by Aberth's method; those with imaginary part ≥ 0 are returned.</summary>
    private static Complex[] Roots(int order)
    {
        // The roots lie left of the origin, at a distance of about 0.6 to 1 times the order.
        Complex[] roots = new Complex[order];
        for (int i = 0; i < order; i++)
        {
            double angle = Math.PI * (0.5 + ((i + 0.5) / order));
            roots[i] = Complex.FromPolarCoordinates((0.8 * order) + 0.1, angle + 0.01);
        }

        for (int round = 0; round < 200; round++)
        {
            double moved = 0;
            for (int i = 0; i < order; i++)
            {
                Complex step = Step(order, roots, i);
                roots[i] -= step;
                moved = Math.Max(moved, step.Magnitude / roots[i].Magnitude);
            }

            if (moved < 1e-16)
            {
                break;
            }
        }

        return [.. roots.Where(root => root.Imaginary > -1e-9 * order).Select(root => root.Imaginary < 1e-9 * order ? root.Real : root)
            .OrderByDescending(root => root.Imaginary)];
    }

    private static Complex Step(int order, Complex[] roots, int index)
    {
        Complex at = roots[index];
        (Complex value, Complex slope) = Polynomial(order, at);
        Complex newton = value / slope;
        Complex repulsion = Complex.Zero;
        for (int j = 0; j < roots.Length; j++)
        {
            if (j != index)
            {
                repulsion += 1 / (at - roots[j]);
            }
        }

        return newton / (1 - (newton * repulsion));
    }

    private static (Complex Value, Complex Slope) Polynomial(int order, Complex s)
    {
        Complex before = Complex.One;
        Complex beforeSlope = Complex.Zero;
        Complex value = s + 1;
        Complex slope = Complex.One;
        for (int n = 2; n <= order; n++)
        {
            double factor = (2 * n) - 1;
            Complex nextSlope = (factor * slope) + (2 * s * before) + (s * s * beforeSlope);
            Complex next = (factor * value) + (s * s * before);
            (before, beforeSlope, value, slope) = (value, slope, next, nextSlope);
        }

        return (value, slope);
    }

    /// <summary>The frequency of half power, by bisection: the gain falls all the way.</summary>
    private static double HalfPower(Complex[] roots)
    {
        double low = 0;
        double high = 2 * roots.Length;
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Power(roots, middle) > 0.5 ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    private static double Power(Complex[] roots, double omega)
    {
        double power = 1;
        foreach (Complex root in roots)
        {
            Complex above = root / (new Complex(0, omega) - root);
            Complex below = root.Imaginary == 0 ? 1 : Complex.Conjugate(root) / (new Complex(0, omega) - Complex.Conjugate(root));
            double magnitude = (above * below).Magnitude;
            power *= magnitude * magnitude;
        }

        return power;
    }
}
