using System.Numerics;

namespace Thrum.Detector.Metrics;

/// <summary>
/// The elementwise sums beyond those of <see cref="ReconstructionError"/>, as many as are asked for in one further pass. Immutable;
/// allocates nothing per window.
/// </summary>
internal sealed class FurtherErrors
{
    private const float RelativeFloor = 1e-8f;

    // Below it the quotient could overflow; a window whose every d is below 1e-15 counts as reconstructed exactly.
    private const float SmallestMaximum = 1e-30f;

    private readonly ExceedanceSpec[] _exceedances;
    private readonly bool _ofMaximum, _absolutes, _logarithms, _relatives;
    private readonly float _inverseScale;
    private readonly double _inverseLogarithm;

    /// <param name="slots">The sums that are asked for.</param>
    /// <param name="exceedances">The exceedances, in the order of their places.</param>
    /// <param name="scale">The scale s.</param>
    public FurtherErrors(IReadOnlySet<ErrorSlot> slots, ExceedanceSpec[] exceedances, double scale)
    {
        _ofMaximum = slots.Contains(ErrorSlot.FlippedSquaresOfMaximum);
        _absolutes = slots.Contains(ErrorSlot.FlippedAbsolutes);
        _logarithms = slots.Contains(ErrorSlot.SquaredLogarithms) || slots.Contains(ErrorSlot.FlippedSquaredLogarithms);
        _relatives = slots.Contains(ErrorSlot.Relatives) || slots.Contains(ErrorSlot.FlippedRelatives);
        _exceedances = exceedances;
        _inverseScale = (float)(1 / scale);
        double logarithm = Math.Log(1 + scale);
        _inverseLogarithm = 1 / (logarithm * logarithm);
        IsEmpty = !(_ofMaximum || _absolutes || _logarithms || _relatives) && exceedances.Length == 0;
    }

    /// <summary>True when nothing is asked for.</summary>
    public bool IsEmpty { get; }

    /// <summary>Fills the places of the sums that are asked for.</summary>
    /// <param name="y">The normalised window, [n].</param>
    /// <param name="reconstruction">Its reconstruction, [n].</param>
    /// <param name="maximumSquare">max d², from the first pass.</param>
    /// <param name="sums">By <see cref="ErrorSlot"/>, then one per exceedance.</param>
    public void Add(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction, float maximumSquare, Span<double> sums)
    {
        var ofMaximum = new LogarithmSum();
        var absolutes = new LogarithmSum();
        var flippedRelatives = new LogarithmSum();
        var flippedLogarithms = new LogarithmSum();
        double relatives = 0, logarithms = 0;
        double overMaximum = (1 - (double)ReconstructionError.LmseEpsilon) / Math.Max(maximumSquare, SmallestMaximum);
        var epsilon = new Vector<float>(ReconstructionError.LmseEpsilon);
        int steps = 0;
        for (int i = 0; i < y.Length; i += Vector<float>.Count)
        {
            Vector<float> a = TailPadding.Load(y, i), b = TailPadding.Load(reconstruction, i), d = a - b;
            if (_ofMaximum)
            {
                // In double, because every window has an error at the clamp, where a float keeps one digit.
                Vector.Widen(d * d, out Vector<double> low, out Vector<double> high);
                ofMaximum.Multiply(Vector<double>.One - (low * overMaximum), Vector<double>.One - (high * overMaximum));
            }

            if (_absolutes)
            {
                absolutes.Multiply(Vector.Max(Vector<float>.One - (Vector.Abs(d) * _inverseScale), epsilon));
            }

            if (_relatives)
            {
                Vector<float> relative = Vector.Abs(d) / (Vector.Abs(a) + new Vector<float>(RelativeFloor));
                relatives += SumInDouble(relative);
                flippedRelatives.Multiply(Vector.Max(Vector<float>.One - relative, epsilon));
            }

            if (_logarithms)
            {
                logarithms += SquaredLogarithms(a, b, ref flippedLogarithms);
            }

            AddExceedances(b, sums);
            if (++steps == LogarithmSum.StepsPerCarry)
            {
                ofMaximum.Carry();
                absolutes.Carry();
                flippedRelatives.Carry();
                flippedLogarithms.Carry();
                steps = 0;
            }
        }

        sums[(int)ErrorSlot.FlippedSquaresOfMaximum] = ofMaximum.Total();
        sums[(int)ErrorSlot.FlippedAbsolutes] = absolutes.Total();
        sums[(int)ErrorSlot.Relatives] = relatives;
        sums[(int)ErrorSlot.FlippedRelatives] = flippedRelatives.Total();
        sums[(int)ErrorSlot.SquaredLogarithms] = logarithms;
        sums[(int)ErrorSlot.FlippedSquaredLogarithms] = flippedLogarithms.Total();
    }

    // In double, as ln((1 + y)/(1 + ŷ)): the difference of two float logarithms would lose small errors.
    private double SquaredLogarithms(Vector<float> y, Vector<float> reconstruction, ref LogarithmSum flipped)
    {
        Vector.Widen(Vector.Max(y, default), out Vector<double> lowY, out Vector<double> highY);
        Vector.Widen(Vector.Max(reconstruction, default), out Vector<double> lowR, out Vector<double> highR);
        Vector<double> low = Vector.Log((Vector<double>.One + lowY) / (Vector<double>.One + lowR));
        Vector<double> high = Vector.Log((Vector<double>.One + highY) / (Vector<double>.One + highR));
        low *= low;
        high *= high;
        var epsilon = new Vector<double>(ReconstructionError.LmseEpsilon);
        flipped.Multiply(
            Vector.Max(Vector<double>.One - (low * _inverseLogarithm), epsilon),
            Vector.Max(Vector<double>.One - (high * _inverseLogarithm), epsilon));
        return Vector.Sum(low + high);
    }

    private void AddExceedances(Vector<float> reconstruction, Span<double> sums)
    {
        for (int i = 0; i < _exceedances.Length; i++)
        {
            Vector<float> beyond = Vector.Max(reconstruction - new Vector<float>((float)_exceedances[i].Threshold), default);
            sums[(int)ErrorSlot.FirstExceedance + i] += SumInDouble(_exceedances[i].Squared ? beyond * beyond : beyond);
        }
    }

    private static double SumInDouble(Vector<float> values)
    {
        Vector.Widen(values, out Vector<double> low, out Vector<double> high);
        return Vector.Sum(low + high);
    }
}
