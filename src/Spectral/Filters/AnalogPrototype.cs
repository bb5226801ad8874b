using System.Numerics;

namespace Thrum.Spectral.Filters;

/// <summary>
/// Low-pass prototypes with edge at 1 rad/s: Butterworth and Chebyshev (A. Antoniou, "Digital Filters", chapter 10;
/// L. R. Rabiner, B. Gold, "Theory and Application of Digital Signal Processing", 1975).
/// </summary>
internal static class AnalogPrototype
{
    /// <summary>Poles evenly on the left half of the unit circle.</summary>
    public static ZeroPoleGain Butterworth(int order) =>
        new([], [.. Angles(order).Select(angle => new Complex(-Math.Cos(angle), Math.Sin(angle)))], 1);

    /// <summary>Poles on an ellipse: −sinh(μ ± iθ), μ = asinh(1/ε)/n, ε² = 10^(ripple/10) − 1.</summary>
    public static ZeroPoleGain ChebyshevI(int order, double rippleDb)
    {
        double epsilon = Epsilon(rippleDb);
        double mu = Math.Asinh(1 / epsilon) / order;
        Complex[] poles =
        [
            .. Angles(order).Select(angle => new Complex(-Math.Sinh(mu) * Math.Cos(angle), Math.Cosh(mu) * Math.Sin(angle))),
        ];
        double gain = ZeroPoleGain.Product(poles, 0);
        return new([], poles, order % 2 == 0 ? gain / Math.Sqrt(1 + (epsilon * epsilon)) : gain);
    }

    /// <summary>The reciprocals of Chebyshev I's poles, with zeros on the imaginary axis at i/sin θ.</summary>
    public static ZeroPoleGain ChebyshevII(int order, double attenuationDb)
    {
        double mu = Math.Asinh(Epsilon(attenuationDb)) / order;
        List<Complex> zeros = [];
        List<Complex> poles = [];
        foreach (double angle in Angles(order))
        {
            Complex inverse = new(-Math.Sinh(mu) * Math.Cos(angle), Math.Cosh(mu) * Math.Sin(angle));
            poles.Add(angle == 0 ? new Complex(1 / inverse.Real, 0) : ZeroPoleGain.Upper(1 / inverse));
            if (angle != 0)
            {
                zeros.Add(new Complex(0, 1 / Math.Sin(angle)));
            }
        }

        return new(zeros, poles, ZeroPoleGain.Product(poles, 0) / ZeroPoleGain.Product(zeros, 0));
    }

    /// <summary>ε of a ripple or attenuation: the gain is 1/√(1 + ε²) there.</summary>
    public static double Epsilon(double decibels) => Math.Sqrt(Math.Pow(10, decibels / 10) - 1);

    /// <summary>Angles from the negative real axis, 0 first where the order is odd.</summary>
    private static IEnumerable<double> Angles(int order)
    {
        for (int m = order % 2 == 0 ? 1 : 0; m < order; m += 2)
        {
            yield return Math.PI * m / (2 * order);
        }
    }
}
