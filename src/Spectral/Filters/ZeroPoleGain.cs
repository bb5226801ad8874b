using System.Numerics;

namespace Thrum.Spectral.Filters;

/// <summary>
/// A transfer function k·Π(s − z)/Π(s − p) with real coefficients. Of a conjugate pair only the root with positive imaginary
/// part is listed; a root whose imaginary part is exactly 0 stands for itself alone.
/// </summary>
internal sealed record ZeroPoleGain(IReadOnlyList<Complex> Zeros, IReadOnlyList<Complex> Poles, double Gain)
{
    /// <summary>Poles less zeros, both of a pair counted.</summary>
    public int RelativeDegree => Count(Poles) - Count(Zeros);

    public static int Count(IReadOnlyList<Complex> roots) => roots.Sum(root => root.Imaginary == 0 ? 1 : 2);

    /// <summary>Π(at − root) over all roots, for a real place.</summary>
    public static double Product(IReadOnlyList<Complex> roots, double at)
    {
        double product = 1;
        foreach (Complex root in roots)
        {
            double real = at - root.Real;
            product *= root.Imaginary == 0 ? real : (real * real) + (root.Imaginary * root.Imaginary);
        }

        return product;
    }

    /// <summary>The one of a pair that is listed.</summary>
    public static Complex Upper(Complex root) => root.Imaginary < 0 ? Complex.Conjugate(root) : root;
}
