using System.Runtime.CompilerServices;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Plan of many real transforms at once, forward and inverse, as half as many complex values each (see <see cref="HalfComplex"/>) by
/// <see cref="SideBySidePasses"/>. For even n with no prime factor above 5. Immutable, so threads may share one.
/// </summary>
internal sealed class SideBySideFft
{
    private readonly int _length;
    private readonly int _bins;
    private readonly SideBySidePasses _passes;
    private readonly float[] _turns;

    public SideBySideFft(int length)
    {
        _length = length;
        _bins = (length / 2) + 1;
        _passes = new SideBySidePasses(length / 2);
        float[] cos = new float[(length / 4) + 1];
        float[] sin = new float[cos.Length];
        Twiddles.Fill(cos, sin, 1, length);
        _turns = [.. cos.Zip(sin).SelectMany(pair => new[] { pair.First, pair.Second })];
    }

    public int ScratchLength => _passes.ScratchLength;

    /// <summary>Whether there is a plan for so many samples; others are done one window after the other.</summary>
    public static bool Suits(int length) => length % 2 == 0 && SideBySidePasses.Suits(length / 2);

    /// <summary>Half spectra of all windows.</summary>
    public void Forward(ReadOnlySpan<float> samples, int windows, Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        for (int done = 0; done < windows;)
        {
            int lanes = _passes.LanesFor(windows - done);
            (int first, int rows) = Rows(windows, done, lanes);
            ReadOnlySpan<float> from = samples.Slice(first * _length, rows * _length);
            Span<float> toRe = real.Slice(first * _bins, rows * _bins);
            Span<float> toIm = imaginary.Slice(first * _bins, rows * _bins);
            switch (lanes)
            {
                case 16:
                    Forward<Lanes16, Lanes8>(from, rows, toRe, toIm, scratch);
                    break;
                case 8:
                    Forward<Lanes8, Lanes8>(from, rows, toRe, toIm, scratch);
                    break;
                default:
                    Forward<Lanes4, Lanes4>(from, rows, toRe, toIm, scratch);
                    break;
            }

            done = first + rows;
        }
    }

    /// <summary>Samples of all half spectra, scaled by 1/n.</summary>
    public void Inverse(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, int windows, Span<float> samples, Span<float> scratch)
    {
        for (int done = 0; done < windows;)
        {
            int lanes = _passes.LanesFor(windows - done);
            (int first, int rows) = Rows(windows, done, lanes);
            ReadOnlySpan<float> fromRe = real.Slice(first * _bins, rows * _bins);
            ReadOnlySpan<float> fromIm = imaginary.Slice(first * _bins, rows * _bins);
            Span<float> to = samples.Slice(first * _length, rows * _length);
            switch (lanes)
            {
                case 16:
                    Inverse<Lanes16, Lanes8>(fromRe, fromIm, rows, to, scratch);
                    break;
                case 8:
                    Inverse<Lanes8, Lanes8>(fromRe, fromIm, rows, to, scratch);
                    break;
                default:
                    Inverse<Lanes4, Lanes4>(fromRe, fromIm, rows, to, scratch);
                    break;
            }

            done = first + rows;
        }
    }

    /// <summary>What is left of fewer windows than lanes is done together with some that are done already.</summary>
    private static (int First, int Rows) Rows(int windows, int done, int lanes)
    {
        int first = lanes > windows - done ? Math.Max(0, windows - lanes) : done;
        return (first, Math.Min(lanes, windows - first));
    }

    private void Forward<TLanes, TRows>(ReadOnlySpan<float> samples, int rows, Span<float> real, Span<float> imaginary, Span<float> scratch)
        where TLanes : struct, ILanes<TLanes>
        where TRows : struct, IRowLanes<TRows>
    {
        int lanes = TLanes.Count;
        ref float data = ref _passes.Align(scratch, lanes, out Span<float> block);
        SideBySideRows.Gather<TRows>(samples, _length, rows, ref data, lanes, lanes);
        _passes.Run<TLanes>(ref data);
        SideBySideHalves.Scatter<TLanes, TRows>(ref data, _passes.Places, _turns, rows, real, imaginary, block);
    }

    private void Inverse<TLanes, TRows>(
        ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, int rows, Span<float> samples, Span<float> scratch)
        where TLanes : struct, ILanes<TLanes>
        where TRows : struct, IRowLanes<TRows>
    {
        int lanes = TLanes.Count;
        ref float data = ref _passes.Align(scratch, lanes, out Span<float> block);
        SideBySideRows.Gather<TRows>(real, _bins, rows, ref data, lanes, 2 * lanes);
        SideBySideRows.Gather<TRows>(imaginary, _bins, rows, ref Unsafe.Add(ref data, lanes), lanes, 2 * lanes);
        SideBySideHalves.JoinSwapped<TLanes>(ref data, _bins - 1, _turns, 2f / _length);
        _passes.Run<TLanes>(ref data);
        SideBySideHalves.ScatterSwapped<TLanes, TRows>(ref data, _passes.Places, rows, samples, block);
    }
}
