using System.Runtime.CompilerServices;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Passes of a decimation-in-frequency FFT, in place, over complex values that are vectors: lane w belongs to window w, so every
/// lane does the same and nothing is shuffled. Value c has its real parts at 2·c·lanes floats and its imaginary parts after them.
/// </summary>
/// <remarks>Compiled for good at once and never inlined: within a caller the compiler's budget would not reach the vectors.</remarks>
internal static class SideBySideStages
{
    private const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
    private const float HalfRoot = 0.707106781186547524f;
    private const float Sin3 = 0.866025403784438647f;
    private const float Cos5 = 0.309016994374947424f;
    private const float Cos5Twice = -0.809016994374947424f;
    private const float Sin5 = 0.951056516295153572f;
    private const float Sin5Twice = 0.587785252292473129f;

    /// <summary>
    /// Splits blocks of radix·part values into radix blocks of part. Twiddles are, for every k below part, the pairs e^(−2πi·ck/(radix·part)) for
    /// c = 1 … radix − 1.
    /// </summary>
    public static void Run<TLanes>(int radix, ref float data, ReadOnlySpan<float> twiddles, int part, int span)
        where TLanes : struct, ILanes<TLanes>
    {
        ref float w = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(twiddles);
        switch (radix)
        {
            case 2:
                Two<TLanes>(ref data, ref w, part, span);
                break;
            case 3:
                Three<TLanes>(ref data, ref w, part, span);
                break;
            case 4 when part == 1:
                LastFour<TLanes>(ref data, span);
                break;
            case 4:
                Four<TLanes>(ref data, ref w, part, span);
                break;
            case 5:
                Five<TLanes>(ref data, ref w, part, span);
                break;
            default:
                LastEight<TLanes>(ref data, span);
                break;
        }
    }

    [MethodImpl(Kernel)]
    private static void Two<TLanes>(ref float data, ref float w, int part, int span)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int k = 0; k < part; k++)
        {
            for (int at = k; at < span; at += 2 * part)
            {
                (TLanes ar, TLanes ai) = Load<TLanes>(ref data, at);
                (TLanes br, TLanes bi) = Load<TLanes>(ref data, at + part);
                Store(ref data, at, ar + br, ai + bi);
                Turn(ref data, at + part, ar - br, ai - bi, ref w, 2 * k);
            }
        }
    }

    [MethodImpl(Kernel)]
    private static void Three<TLanes>(ref float data, ref float w, int part, int span)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes half = TLanes.Broadcast(-0.5f);
        TLanes sin = TLanes.Broadcast(Sin3);
        for (int k = 0; k < part; k++)
        {
            for (int at = k; at < span; at += 3 * part)
            {
                (TLanes ar, TLanes ai) = Load<TLanes>(ref data, at);
                (TLanes br, TLanes bi) = Load<TLanes>(ref data, at + part);
                (TLanes cr, TLanes ci) = Load<TLanes>(ref data, at + (2 * part));
                (TLanes tr, TLanes ti) = (br + cr, bi + ci);
                (TLanes mr, TLanes mi) = (TLanes.MultiplyAdd(half, tr, ar), TLanes.MultiplyAdd(half, ti, ai));
                (TLanes nr, TLanes ni) = (sin * (br - cr), sin * (bi - ci));
                Store(ref data, at, ar + tr, ai + ti);
                Turn(ref data, at + part, mr + ni, mi - nr, ref w, 4 * k);
                Turn(ref data, at + (2 * part), mr - ni, mi + nr, ref w, (4 * k) + 2);
            }
        }
    }

    [MethodImpl(Kernel)]
    private static void Four<TLanes>(ref float data, ref float w, int part, int span)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int k = 0; k < part; k++)
        {
            for (int at = k; at < span; at += 4 * part)
            {
                (TLanes ar, TLanes ai) = Load<TLanes>(ref data, at);
                (TLanes br, TLanes bi) = Load<TLanes>(ref data, at + part);
                (TLanes cr, TLanes ci) = Load<TLanes>(ref data, at + (2 * part));
                (TLanes dr, TLanes di) = Load<TLanes>(ref data, at + (3 * part));
                (TLanes pr, TLanes pi, TLanes mr, TLanes mi) = (ar + cr, ai + ci, ar - cr, ai - ci);
                (TLanes sr, TLanes si, TLanes tr, TLanes ti) = (br + dr, bi + di, br - dr, bi - di);
                Store(ref data, at, pr + sr, pi + si);
                Turn(ref data, at + part, mr + ti, mi - tr, ref w, 6 * k);
                Turn(ref data, at + (2 * part), pr - sr, pi - si, ref w, (6 * k) + 2);
                Turn(ref data, at + (3 * part), mr - ti, mi + tr, ref w, (6 * k) + 4);
            }
        }
    }

    /// <summary>Blocks of four values: all twiddle factors are 1.</summary>
    [MethodImpl(Kernel)]
    private static void LastFour<TLanes>(ref float data, int span)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int at = 0; at < span; at += 4)
        {
            (TLanes ar, TLanes ai) = Load<TLanes>(ref data, at);
            (TLanes br, TLanes bi) = Load<TLanes>(ref data, at + 1);
            (TLanes cr, TLanes ci) = Load<TLanes>(ref data, at + 2);
            (TLanes dr, TLanes di) = Load<TLanes>(ref data, at + 3);
            (TLanes pr, TLanes pi, TLanes mr, TLanes mi) = (ar + cr, ai + ci, ar - cr, ai - ci);
            (TLanes sr, TLanes si, TLanes tr, TLanes ti) = (br + dr, bi + di, br - dr, bi - di);
            Store(ref data, at, pr + sr, pi + si);
            Store(ref data, at + 1, mr + ti, mi - tr);
            Store(ref data, at + 2, pr - sr, pi - si);
            Store(ref data, at + 3, mr - ti, mi + tr);
        }
    }

    /// <summary>Blocks of eight values: a pass of two with the twiddles of the eighth root, then two of four.</summary>
    [MethodImpl(Kernel)]
    private static void LastEight<TLanes>(ref float data, int span)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes root = TLanes.Broadcast(HalfRoot);
        for (int at = 0; at < span; at += 8)
        {
            (TLanes ar, TLanes ai, TLanes er, TLanes ei) = Halves<TLanes>(ref data, at);
            (TLanes br, TLanes bi, TLanes fr, TLanes fi) = Halves<TLanes>(ref data, at + 1);
            (TLanes cr, TLanes ci, TLanes gr, TLanes gi) = Halves<TLanes>(ref data, at + 2);
            (TLanes dr, TLanes di, TLanes hr, TLanes hi) = Halves<TLanes>(ref data, at + 3);
            (TLanes pr, TLanes pi, TLanes mr, TLanes mi) = (ar + cr, ai + ci, ar - cr, ai - ci);
            (TLanes sr, TLanes si, TLanes tr, TLanes ti) = (br + dr, bi + di, br - dr, bi - di);
            Store(ref data, at, pr + sr, pi + si);
            Store(ref data, at + 2, mr + ti, mi - tr);
            Store(ref data, at + 4, pr - sr, pi - si);
            Store(ref data, at + 6, mr - ti, mi + tr);

            // Times e^(−πi/4), −i and e^(−3πi/4); −i·(x + iy) = y − ix.
            (fr, fi) = (root * (fr + fi), root * (fi - fr));
            (gr, gi) = (gi, -gr);
            (hr, hi) = (root * (hi - hr), -(root * (hr + hi)));
            (pr, pi, mr, mi) = (er + gr, ei + gi, er - gr, ei - gi);
            (sr, si, tr, ti) = (fr + hr, fi + hi, fr - hr, fi - hi);
            Store(ref data, at + 1, pr + sr, pi + si);
            Store(ref data, at + 3, mr + ti, mi - tr);
            Store(ref data, at + 5, pr - sr, pi - si);
            Store(ref data, at + 7, mr - ti, mi + tr);
        }
    }

    [MethodImpl(Kernel)]
    private static void Five<TLanes>(ref float data, ref float w, int part, int span)
        where TLanes : struct, ILanes<TLanes>
    {
        (TLanes c1, TLanes c2) = (TLanes.Broadcast(Cos5), TLanes.Broadcast(Cos5Twice));
        (TLanes s1, TLanes s2) = (TLanes.Broadcast(Sin5), TLanes.Broadcast(Sin5Twice));
        for (int k = 0; k < part; k++)
        {
            for (int at = k; at < span; at += 5 * part)
            {
                (TLanes ar, TLanes ai) = Load<TLanes>(ref data, at);
                (TLanes pr, TLanes pi, TLanes fr, TLanes fi) = SumAndDifference<TLanes>(ref data, at + part, at + (4 * part));
                (TLanes qr, TLanes qi, TLanes gr, TLanes gi) = SumAndDifference<TLanes>(ref data, at + (2 * part), at + (3 * part));
                TLanes mr = TLanes.MultiplyAdd(c1, pr, TLanes.MultiplyAdd(c2, qr, ar));
                TLanes mi = TLanes.MultiplyAdd(c1, pi, TLanes.MultiplyAdd(c2, qi, ai));
                TLanes lr = TLanes.MultiplyAdd(c2, pr, TLanes.MultiplyAdd(c1, qr, ar));
                TLanes li = TLanes.MultiplyAdd(c2, pi, TLanes.MultiplyAdd(c1, qi, ai));
                (TLanes nr, TLanes ni) = (TLanes.MultiplyAdd(s1, fr, s2 * gr), TLanes.MultiplyAdd(s1, fi, s2 * gi));
                (TLanes or, TLanes oi) = (TLanes.MultiplyAdd(s2, fr, -(s1 * gr)), TLanes.MultiplyAdd(s2, fi, -(s1 * gi)));
                Store(ref data, at, ar + pr + qr, ai + pi + qi);
                Turn(ref data, at + part, mr + ni, mi - nr, ref w, 8 * k);
                Turn(ref data, at + (2 * part), lr + oi, li - or, ref w, (8 * k) + 2);
                Turn(ref data, at + (3 * part), lr - oi, li + or, ref w, (8 * k) + 4);
                Turn(ref data, at + (4 * part), mr - ni, mi + nr, ref w, (8 * k) + 6);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes SumRe, TLanes SumIm, TLanes Re, TLanes Im) Halves<TLanes>(ref float data, int at)
        where TLanes : struct, ILanes<TLanes> => SumAndDifference<TLanes>(ref data, at, at + 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes SumRe, TLanes SumIm, TLanes Re, TLanes Im) SumAndDifference<TLanes>(ref float data, int first, int second)
        where TLanes : struct, ILanes<TLanes>
    {
        (TLanes ar, TLanes ai) = Load<TLanes>(ref data, first);
        (TLanes br, TLanes bi) = Load<TLanes>(ref data, second);
        return (ar + br, ai + bi, ar - br, ai - bi);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Re, TLanes Im) Load<TLanes>(ref float data, int at)
        where TLanes : struct, ILanes<TLanes> =>
        (TLanes.Load(ref data, 2 * TLanes.Count * at), TLanes.Load(ref data, (2 * TLanes.Count * at) + TLanes.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(ref float data, int at, TLanes re, TLanes im)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes.Store(re, ref data, 2 * TLanes.Count * at);
        TLanes.Store(im, ref data, (2 * TLanes.Count * at) + TLanes.Count);
    }

    /// <summary>Stores the value times the twiddle factor at <paramref name="row"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn<TLanes>(ref float data, int at, TLanes re, TLanes im, ref float w, int row)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes c = TLanes.Broadcast(Unsafe.Add(ref w, row));
        TLanes s = TLanes.Broadcast(Unsafe.Add(ref w, row + 1));
        Store(ref data, at, TLanes.MultiplyAdd(re, c, -(im * s)), TLanes.MultiplyAdd(re, s, im * c));
    }
}
