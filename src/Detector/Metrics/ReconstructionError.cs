using System.Numerics;

namespace Thrum.Detector.Metrics;

/// <summary>The sums over a window that the elementwise metrics are made of, in one pass; d = y − ŷ.</summary>
internal readonly record struct ReconstructionError(double SumSquares, double SumAbsolute, double SumLogarithmic)
{
    /// <summary>ε of the logarithmic MSE: the smallest 1 − d²/s² that is told from 0.</summary>
    public const float LmseEpsilon = 1e-6f;

    // Each factor is at least 1e-6, so a product of 48 stays above 1e-288, well inside a double. The float sums move on to a
    // double as often: over a long window they would grow until a term is lost in their last digits.
    private const int StepsPerCarry = 48;

    /// <summary>Σd², Σ|d| and Σ−ln(max(1 − d²/s², ε)); the last factor is formed in float32.</summary>
    /// <param name="y">The normalised window, [n].</param>
    /// <param name="reconstruction">Its reconstruction, [n].</param>
    /// <param name="scale">The scale s of the logarithmic MSE.</param>
    public static ReconstructionError Of(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction, double scale)
    {
        float inverse = (float)(1.0 / (scale * scale));
        var inverses = new Vector<float>(inverse);
        var epsilon = new Vector<float>(LmseEpsilon);
        Vector<float> squares = default, absolutes = default;
        Vector<double> low = Vector<double>.One, high = Vector<double>.One;
        double sumSquares = 0, sumAbsolutes = 0, logarithms = 0;
        int steps = 0;
        int i = 0;
        for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> d = new Vector<float>(y[i..]) - new Vector<float>(reconstruction[i..]);
            Vector<float> square = d * d;
            squares += square;
            absolutes += Vector.Abs(d);
            Vector.Widen(Vector.Max(Vector<float>.One - (square * inverses), epsilon), out Vector<double> a, out Vector<double> b);
            low *= a;
            high *= b;
            if (++steps == StepsPerCarry)
            {
                sumSquares += Vector.Sum(squares);
                sumAbsolutes += Vector.Sum(absolutes);
                logarithms += SumOfLogarithms(low) + SumOfLogarithms(high);
                squares = absolutes = default;
                low = high = Vector<double>.One;
                steps = 0;
            }
        }

        logarithms += SumOfLogarithms(low) + SumOfLogarithms(high);
        sumSquares += Vector.Sum(squares);
        sumAbsolutes += Vector.Sum(absolutes);
        for (; i < y.Length; i++)
        {
            float d = y[i] - reconstruction[i];
            sumSquares += d * d;
            sumAbsolutes += Math.Abs(d);
            logarithms += Math.Log(Math.Max(1f - (d * d * inverse), LmseEpsilon));
        }

        return new ReconstructionError(sumSquares, sumAbsolutes, -logarithms);
    }

    private static double SumOfLogarithms(Vector<double> factors)
    {
        double sum = 0;
        for (int lane = 0; lane < Vector<double>.Count; lane++)
        {
            sum += Math.Log(factors[lane]);
        }

        return sum;
    }
}
