using System.Numerics;

namespace Thrum.Spectral.Filters;

/// <summary>
/// Elliptic (Cauer) low-pass prototype with the end of its ripple at 1 rad/s, by Landen's transformation of the Jacobi
/// functions (S. J. Orfanidis, "Lecture Notes on Elliptic Filter Design", 2006). Arguments are in quarter periods.
/// </summary>
internal static class EllipticPrototype
{
    public static ZeroPoleGain Design(int order, double rippleDb, double attenuationDb)
    {
        double epsilon = AnalogPrototype.Epsilon(rippleDb);
        double selectivity = epsilon / AnalogPrototype.Epsilon(attenuationDb);
        double modulus = SolveDegree(order, selectivity);
        double[] landen = Landen(modulus);
        double shift = ArcSnImaginary(1 / epsilon, selectivity) / order;

        List<Complex> zeros = [];
        List<Complex> poles = [];
        for (int i = 1; i <= order / 2; i++)
        {
            double u = ((2 * i) - 1) / (double)order;
            zeros.Add(new Complex(0, 1 / (modulus * Cd(u, landen).Real)));
            poles.Add(ZeroPoleGain.Upper(Complex.ImaginaryOne * Cd(new Complex(u, -shift), landen)));
        }

        if (order % 2 == 1)
        {
            poles.Add(new Complex(-SnImaginary(shift, landen), 0));
        }

        double gain = ZeroPoleGain.Product(poles, 0) / ZeroPoleGain.Product(zeros, 0);
        return new(zeros, poles, order % 2 == 0 ? gain / Math.Sqrt(1 + (epsilon * epsilon)) : gain);
    }

    /// <summary>
    /// The modulus k with n·K'(k)/K(k) = K'(k₁)/K(k₁), by the nome q = e^(−πK'/K):
    /// k = 4√q·[Σ q^(m(m+1)) / (1 + 2Σ q^(m²))]².
    /// </summary>
    private static double SolveDegree(int order, double selectivity)
    {
        double complement = Math.Sqrt((1 - selectivity) * (1 + selectivity));
        double ratio = ArithmeticGeometricMean(complement) / ArithmeticGeometricMean(selectivity);
        double nome = Math.Exp(-Math.PI * ratio / order);
        double above = 1;
        double below = 1;
        for (int m = 1; m <= 30; m++)
        {
            above += Math.Pow(nome, (double)m * (m + 1));
            below += 2 * Math.Pow(nome, (double)m * m);
        }

        return 4 * Math.Sqrt(nome) * Math.Pow(above / below, 2);
    }

    /// <summary>agm(1, x): K of the complementary modulus is π/2 over it.</summary>
    private static double ArithmeticGeometricMean(double x)
    {
        double a = 1;
        for (int i = 0; i < 40 && Math.Abs(a - x) > 1e-16 * a; i++)
        {
            (a, x) = ((a + x) / 2, Math.Sqrt(a * x));
        }

        return a;
    }

    /// <summary>The descending moduli v → (v/(1 + v'))², until they vanish.</summary>
    private static double[] Landen(double modulus)
    {
        List<double> moduli = [];
        while (modulus > 1e-18)
        {
            modulus = Math.Pow(modulus / (1 + Math.Sqrt((1 - modulus) * (1 + modulus))), 2);
            moduli.Add(modulus);
        }

        return [.. moduli];
    }

    private static Complex Cd(Complex u, double[] landen)
    {
        Complex w = Complex.Cos(u * (Math.PI / 2));
        for (int i = landen.Length - 1; i >= 0; i--)
        {
            w = (1 + landen[i]) * w / (1 + (landen[i] * w * w));
        }

        return w;
    }

    /// <summary>sn(iv)/i.</summary>
    private static double SnImaginary(double v, double[] landen)
    {
        double w = Math.Sinh(v * Math.PI / 2);
        for (int i = landen.Length - 1; i >= 0; i--)
        {
            w = (1 + landen[i]) * w / (1 - (landen[i] * w * w));
        }

        return w;
    }

    /// <summary>The v with sn(iv) = i·x.</summary>
    private static double ArcSnImaginary(double x, double modulus)
    {
        double previous = modulus;
        foreach (double next in Landen(modulus))
        {
            x = 2 * x / ((1 + next) * (1 + Math.Sqrt(1 + (previous * previous * x * x))));
            previous = next;
        }

        return 2 / Math.PI * Math.Asinh(x);
    }
}
