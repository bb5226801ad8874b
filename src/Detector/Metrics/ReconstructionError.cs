using System.Numerics;
using System.Runtime.CompilerServices;

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
        // The sums of a block are float and one product; over a long window they would grow until a term is lost in their last digits.
        int block = LogarithmSum.StepsPerCarry * Vector<float>.Count;
        int whole = y.Length - (y.Length % Vector<float>.Count);
        var inverses = new Vector<float>((float)(1.0 / (scale * scale)));
        ReconstructionError error = default;
        for (int i = 0; i < whole; i += block)
        {
            int end = Math.Min(whole, i + block);
            AddBlock(y[i..end], reconstruction[i..end], inverses, out BlockSums sums);
            error = error.With(sums);
        }

        if (whole < y.Length)
        {
            Span<float> tails = stackalloc float[2 * Vector<float>.Count];
            TailPadding.Load(y, whole).CopyTo(tails);
            TailPadding.Load(reconstruction, whole).CopyTo(tails[Vector<float>.Count..]);
            AddBlock(tails[..Vector<float>.Count], tails[Vector<float>.Count..], inverses, out BlockSums sums);
            error = error.With(sums);
        }

        return error;
    }

    private ReconstructionError With(in BlockSums block)
    {
        float largest = MaximumSquare;
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            float square = block.Maximum[lane];
            largest = square > largest ? square : largest;
        }

        return new(
            SumSquares + Vector.Sum(block.Squares), SumAbsolute + Vector.Sum(block.Absolutes), SumLogarithmic + LogarithmSum.Of(block.Low, block.High), largest);
    }

    // A method of its own that calls nothing: only so does the compiler keep every sum in a register. A NaN stays in the sum of |d|, which decides.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddBlock(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction, Vector<float> inverses, out BlockSums sums)
    {
        var epsilon = new Vector<float>(LmseEpsilon);
        Vector<float> squares = default, absolutes = default, maximum = default;
        Vector<double> low = Vector<double>.One, high = Vector<double>.One;
        for (int i = 0; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> d = new Vector<float>(y[i..]) - new Vector<float>(reconstruction[i..]);
            Vector<float> square = d * d;
            squares += square;
            absolutes += Vector.Abs(d);
            maximum = Vector.MaxNative(maximum, square);
            Vector.Widen(Vector.MaxNative(Vector<float>.One - (square * inverses), epsilon), out Vector<double> factorsLow, out Vector<double> factorsHigh);
            low *= factorsLow;
            high *= factorsHigh;
        }

        sums = new BlockSums(squares, absolutes, maximum, low, high);
    }

    /// <summary>The sums of some vectors, lane by lane; of the logarithmic factors the products.</summary>
    private readonly record struct BlockSums(
        Vector<float> Squares, Vector<float> Absolutes, Vector<float> Maximum, Vector<double> Low, Vector<double> High);
}
