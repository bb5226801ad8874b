using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// A pass of radix 4 among the first, where <c>part</c> is a power of four: all loads, stores and twiddle factors are contiguous
/// and no bit reversal is needed.
/// </summary>
internal sealed class Radix4Stage : FftStage
{
    private readonly int _part;

    // e^(−2πi·ck/(4·part)) for c = 1, 2, 3: six rows of `part` floats, real then imaginary.
    private readonly float[] _twiddles;

    public Radix4Stage(int part)
    {
        _part = part;
        _twiddles = new float[6 * part];
        for (int c = 1; c <= 3; c++)
        {
            Twiddles.Fill(_twiddles.AsSpan(2 * (c - 1) * part, part), _twiddles.AsSpan(((2 * c) - 1) * part, part), c, 4 * part);
        }
    }

    public override void Run(int length, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        if (Vector512.IsHardwareAccelerated && _part >= Lanes16.Count)
        {
            Run<Lanes16>(length, re[..length], im[..length], toRe[..length], toIm[..length]);
        }
        else if (Vector256.IsHardwareAccelerated && _part >= Lanes8.Count)
        {
            Run<Lanes8>(length, re[..length], im[..length], toRe[..length], toIm[..length]);
        }
        else if (_part >= Lanes4.Count)
        {
            Run<Lanes4>(length, re[..length], im[..length], toRe[..length], toIm[..length]);
        }
        else if (_part == 1 && length % (4 * Lanes4.Count) == 0)
        {
            RunFirst(length, re[..length], im[..length], toRe[..length], toIm[..length]);
        }
        else
        {
            Run<Lanes1>(length, re[..length], im[..length], toRe[..length], toIm[..length]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Run<TLanes>(int length, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
        where TLanes : struct, ILanes<TLanes>
    {
        ref readonly float w = ref MemoryMarshal.GetArrayDataReference(_twiddles);
        ref readonly float x = ref MemoryMarshal.GetReference(re);
        ref readonly float y = ref MemoryMarshal.GetReference(im);
        ref float u = ref MemoryMarshal.GetReference(toRe);
        ref float v = ref MemoryMarshal.GetReference(toIm);
        int part = _part;
        int stride = length / 4;
        for (int group = 0; group < stride; group += part)
        {
            for (int k = 0; k < part; k += TLanes.Count)
            {
                int from = group + k;
                TLanes ar = TLanes.Load(in x, from);
                TLanes ai = TLanes.Load(in y, from);
                (TLanes br, TLanes bi) = Turn<TLanes>(in x, in y, from + stride, in w, k, part);
                (TLanes cr, TLanes ci) = Turn<TLanes>(in x, in y, from + (2 * stride), in w, k + (2 * part), part);
                (TLanes dr, TLanes di) = Turn<TLanes>(in x, in y, from + (3 * stride), in w, k + (4 * part), part);

                (TLanes pr, TLanes pi) = (ar + cr, ai + ci);
                (TLanes mr, TLanes mi) = (ar - cr, ai - ci);
                (TLanes sr, TLanes si) = (br + dr, bi + di);
                (TLanes tr, TLanes ti) = (br - dr, bi - di);

                int to = (4 * group) + k;
                TLanes.Store(pr + sr, ref u, to);
                TLanes.Store(pi + si, ref v, to);
                TLanes.Store(mr + ti, ref u, to + part);
                TLanes.Store(mi - tr, ref v, to + part);
                TLanes.Store(pr - sr, ref u, to + (2 * part));
                TLanes.Store(pi - si, ref v, to + (2 * part));
                TLanes.Store(mr - ti, ref u, to + (3 * part));
                TLanes.Store(mi + tr, ref v, to + (3 * part));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Real, TLanes Imaginary) Turn<TLanes>(
        ref readonly float re, ref readonly float im, int at, ref readonly float twiddles, int row, int part)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(in re, at);
        TLanes y = TLanes.Load(in im, at);
        TLanes c = TLanes.Load(in twiddles, row);
        TLanes s = TLanes.Load(in twiddles, row + part);
        return (TLanes.MultiplyAdd(x, c, -(y * s)), TLanes.MultiplyAdd(x, s, y * c));
    }

    /// <summary>Parts of one point: no twiddles, and four neighbouring groups are transposed in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void RunFirst(int length, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        ref readonly float x = ref MemoryMarshal.GetReference(re);
        ref readonly float y = ref MemoryMarshal.GetReference(im);
        ref float u = ref MemoryMarshal.GetReference(toRe);
        ref float v = ref MemoryMarshal.GetReference(toIm);
        nuint stride = (nuint)length / 4;
        for (nuint from = 0; from < stride; from += 4)
        {
            Vector128<float> ar = Vector128.LoadUnsafe(in x, from);
            Vector128<float> ai = Vector128.LoadUnsafe(in y, from);
            Vector128<float> br = Vector128.LoadUnsafe(in x, from + stride);
            Vector128<float> bi = Vector128.LoadUnsafe(in y, from + stride);
            Vector128<float> cr = Vector128.LoadUnsafe(in x, from + (2 * stride));
            Vector128<float> ci = Vector128.LoadUnsafe(in y, from + (2 * stride));
            Vector128<float> dr = Vector128.LoadUnsafe(in x, from + (3 * stride));
            Vector128<float> di = Vector128.LoadUnsafe(in y, from + (3 * stride));
            StoreTransposed(ar + cr + (br + dr), ar - cr + (bi - di), ar + cr - (br + dr), ar - cr - (bi - di), ref u, 4 * from);
            StoreTransposed(ai + ci + (bi + di), ai - ci - (br - dr), ai + ci - (bi + di), ai - ci + (br - dr), ref v, 4 * from);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTransposed(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, ref float target, nuint at)
    {
        Weave.Transpose(ref a, ref b, ref c, ref d);
        a.StoreUnsafe(ref target, at);
        b.StoreUnsafe(ref target, at + 4);
        c.StoreUnsafe(ref target, at + 8);
        d.StoreUnsafe(ref target, at + 12);
    }
}
