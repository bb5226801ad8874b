using System.Numerics;

namespace Thrum.Detector.Metrics;

/// <summary>The sums over a window that the commonest metrics are made of, in one pass; d = y − ŷ.</summary>
/// <param name="SumSquares">Σd².</param>
/// <param name="SumAbsolute">Σ|d|.</param>
/// <param name="SumLogarithmic">Σ−ln(max(1 − d²/s², ε)); the factor is formed in float32.</param>
/// <param name="MaximumSquare">max d².</param>
internal readonly record struct ReconstructionError(double SumSquares, double SumAbsolute, double SumLogarithmic, float MaximumSquare)
{
    /// <summary>ε of the logarithmic metrics: the smallest 1 − ℓ that is told from 0.</summary>
    public const float LmseEpsilon = 1e-6f;

    /// <summary>The sums of one window.</summary>
    /// <param name="y">The normalised window, [n].</param>
    /// <param name="reconstruction">Its reconstruction, [n].</param>
    /// <param name="scale">The scale s of the logarithmic MSE.</param>
    public static ReconstructionError Of(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction, double scale)
    {
        var inverses = new Vector<float>((float)(1.0 / (scale * scale)));
        var epsilon = new Vector<float>(LmseEpsilon);
        Vector<float> squares = default, absolutes = default, maximum = default;
        var logarithms = new LogarithmSum();
        double sumSquares = 0, sumAbsolutes = 0;
        int steps = 0;
        for (int i = 0; i < y.Length; i += Vector<float>.Count)
        {
            Vector<float> d = TailPadding.Load(y, i) - TailPadding.Load(reconstruction, i);
            Vector<float> square = d * d;
            squares += square;
            absolutes += Vector.Abs(d);
            maximum = Vector.Max(maximum, square);
            logarithms.Multiply(Vector.Max(Vector<float>.One - (square * inverses), epsilon));

            // The float sums move on to a double too: over a long window they would grow until a term is lost in their last digits.
            if (++steps == LogarithmSum.StepsPerCarry)
            {
                sumSquares += Vector.Sum(squares);
                sumAbsolutes += Vector.Sum(absolutes);
                logarithms.Carry();
                squares = absolutes = default;
                steps = 0;
            }
        }

        float largest = 0;
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            largest = Math.Max(largest, maximum[lane]);
        }

        return new ReconstructionError(
            sumSquares + Vector.Sum(squares), sumAbsolutes + Vector.Sum(absolutes), logarithms.Total(), largest);
    }
}
