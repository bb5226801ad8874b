using System.Runtime.CompilerServices;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Many complex transforms at once, in place, by <see cref="SideBySidePasses"/>. For lengths with no prime factor above 5. Immutable, so
/// threads may share one.
/// </summary>
internal sealed class SideBySideComplex(int length)
{
    private readonly SideBySidePasses _passes = new(length);

    public int ScratchLength => _passes.ScratchLength;

    /// <summary>Transforms all windows and multiplies by a scale.</summary>
    public void Transform(Span<float> real, Span<float> imaginary, int windows, float scale, Span<float> scratch)
    {
        // Each window once: what is transformed in place cannot be done again.
        for (int done = 0; done < windows;)
        {
            int lanes = _passes.LanesFor(windows - done);
            int rows = Math.Min(lanes, windows - done);
            Span<float> re = real.Slice(done * length, rows * length);
            Span<float> im = imaginary.Slice(done * length, rows * length);
            switch (lanes)
            {
                case 16:
                    Transform<Lanes16, Lanes8>(re, im, rows, scale, scratch);
                    break;
                case 8:
                    Transform<Lanes8, Lanes8>(re, im, rows, scale, scratch);
                    break;
                default:
                    Transform<Lanes4, Lanes4>(re, im, rows, scale, scratch);
                    break;
            }

            done += rows;
        }
    }

    private void Transform<TLanes, TRows>(Span<float> real, Span<float> imaginary, int rows, float scale, Span<float> scratch)
        where TLanes : struct, ILanes<TLanes>
        where TRows : struct, IRowLanes<TRows>
    {
        int lanes = TLanes.Count;
        ref float data = ref _passes.Align(scratch, lanes, out Span<float> block);
        SideBySideRows.Gather<TRows>(real, length, rows, ref data, lanes, 2 * lanes);
        SideBySideRows.Gather<TRows>(imaginary, length, rows, ref Unsafe.Add(ref data, lanes), lanes, 2 * lanes);
        _passes.Run<TLanes>(ref data);
        SideBySideRows.Scatter<TLanes, TRows>(ref data, _passes.Places[..length], rows, scale, real, imaginary, block);
    }
}
