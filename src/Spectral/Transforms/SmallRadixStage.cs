using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// A pass of radix 2, 3 or 5 anywhere in the sequence (S. Winograd, "On computing the discrete Fourier transform", 1978, for the
/// short transforms). What does not fill a vector is done one by one.
/// </summary>
internal sealed class SmallRadixStage : FftStage
{
    private const float Sin3 = 0.866025403784438647f;
    private const float Cos5 = 0.309016994374947424f;
    private const float Cos5Twice = -0.809016994374947424f;
    private const float Sin5 = 0.951056516295153572f;
    private const float Sin5Twice = 0.587785252292473129f;

    private readonly int _radix;
    private readonly int _part;

    // e^(−2πi·ck/(r·part)) for c = 1 … r − 1: rows of `part` floats, real then imaginary.
    private readonly float[] _twiddles;

    public SmallRadixStage(int radix, int part)
    {
        _radix = radix;
        _part = part;
        _twiddles = new float[2 * (radix - 1) * part];
        for (int c = 1; c < radix; c++)
        {
            Twiddles.Fill(_twiddles.AsSpan(2 * (c - 1) * part, part), _twiddles.AsSpan(((2 * c) - 1) * part, part), c, radix * part);
        }
    }

    public override void Run(int length, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        ref float twiddles = ref MemoryMarshal.GetArrayDataReference(_twiddles);
        Pass pass = new(ref twiddles, re[..length], im[..length], toRe[..length], toIm[..length], _part);
        int stride = length / _radix;
        for (int group = 0; group < stride; group += _part)
        {
            int k = 0;
            if (Vector256.IsHardwareAccelerated)
            {
                k = Run<Lanes8>(pass, group, k, stride);
            }

            k = Run<Lanes4>(pass, group, k, stride);
            Run<Lanes1>(pass, group, k, stride);
        }
    }

    private int Run<TLanes>(Pass pass, int group, int k, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        for (; k + TLanes.Count <= _part; k += TLanes.Count)
        {
            switch (_radix)
            {
                case 2:
                    Two<TLanes>(pass, group, k, stride);
                    break;
                case 3:
                    Three<TLanes>(pass, group, k, stride);
                    break;
                default:
                    Five<TLanes>(pass, group, k, stride);
                    break;
            }
        }

        return k;
    }

    private static void Two<TLanes>(Pass pass, int group, int k, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        (TLanes ar, TLanes ai) = pass.Load<TLanes>(group + k);
        (TLanes br, TLanes bi) = pass.Turn<TLanes>(group + k + stride, k, 0);
        int to = (2 * group) + k;
        pass.Store(to, ar + br, ai + bi);
        pass.Store(to + pass.Part, ar - br, ai - bi);
    }

    private static void Three<TLanes>(Pass pass, int group, int k, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        (TLanes ar, TLanes ai) = pass.Load<TLanes>(group + k);
        (TLanes br, TLanes bi) = pass.Turn<TLanes>(group + k + stride, k, 0);
        (TLanes cr, TLanes ci) = pass.Turn<TLanes>(group + k + (2 * stride), k, 1);
        TLanes half = TLanes.Broadcast(-0.5f);
        TLanes sin = TLanes.Broadcast(Sin3);
        (TLanes tr, TLanes ti) = (br + cr, bi + ci);
        (TLanes mr, TLanes mi) = (TLanes.MultiplyAdd(half, tr, ar), TLanes.MultiplyAdd(half, ti, ai));
        (TLanes nr, TLanes ni) = (sin * (br - cr), sin * (bi - ci));
        int to = (3 * group) + k;
        pass.Store(to, ar + tr, ai + ti);
        pass.Store(to + pass.Part, mr + ni, mi - nr);
        pass.Store(to + (2 * pass.Part), mr - ni, mi + nr);
    }

    private static void Five<TLanes>(Pass pass, int group, int k, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        (TLanes ar, TLanes ai) = pass.Load<TLanes>(group + k);
        (TLanes br, TLanes bi) = pass.Turn<TLanes>(group + k + stride, k, 0);
        (TLanes cr, TLanes ci) = pass.Turn<TLanes>(group + k + (2 * stride), k, 1);
        (TLanes dr, TLanes di) = pass.Turn<TLanes>(group + k + (3 * stride), k, 2);
        (TLanes er, TLanes ei) = pass.Turn<TLanes>(group + k + (4 * stride), k, 3);
        (TLanes c1, TLanes c2) = (TLanes.Broadcast(Cos5), TLanes.Broadcast(Cos5Twice));
        (TLanes s1, TLanes s2) = (TLanes.Broadcast(Sin5), TLanes.Broadcast(Sin5Twice));

        (TLanes pr, TLanes pi, TLanes qr, TLanes qi) = (br + er, bi + ei, cr + dr, ci + di);
        (TLanes fr, TLanes fi, TLanes gr, TLanes gi) = (br - er, bi - ei, cr - dr, ci - di);
        TLanes mr = TLanes.MultiplyAdd(c1, pr, TLanes.MultiplyAdd(c2, qr, ar));
        TLanes mi = TLanes.MultiplyAdd(c1, pi, TLanes.MultiplyAdd(c2, qi, ai));
        TLanes lr = TLanes.MultiplyAdd(c2, pr, TLanes.MultiplyAdd(c1, qr, ar));
        TLanes li = TLanes.MultiplyAdd(c2, pi, TLanes.MultiplyAdd(c1, qi, ai));
        (TLanes nr, TLanes ni) = (TLanes.MultiplyAdd(s1, fr, s2 * gr), TLanes.MultiplyAdd(s1, fi, s2 * gi));
        (TLanes or, TLanes oi) = (TLanes.MultiplyAdd(s2, fr, -(s1 * gr)), TLanes.MultiplyAdd(s2, fi, -(s1 * gi)));

        int to = (5 * group) + k;
        pass.Store(to, ar + pr + qr, ai + pi + qi);
        pass.Store(to + pass.Part, mr + ni, mi - nr);
        pass.Store(to + (2 * pass.Part), lr + oi, li - or);
        pass.Store(to + (3 * pass.Part), lr - oi, li + or);
        pass.Store(to + (4 * pass.Part), mr - ni, mi + nr);
    }

    /// <summary>Source, target and twiddles of one pass.</summary>
    private readonly ref struct Pass(
        ref float twiddles, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm, int part)
    {
        private readonly ref readonly float _w = ref twiddles;
        private readonly ref readonly float _x = ref MemoryMarshal.GetReference(re);
        private readonly ref readonly float _y = ref MemoryMarshal.GetReference(im);
        private readonly ref float _u = ref MemoryMarshal.GetReference(toRe);
        private readonly ref float _v = ref MemoryMarshal.GetReference(toIm);

        public int Part { get; } = part;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (TLanes Real, TLanes Imaginary) Load<TLanes>(int at)
            where TLanes : struct, ILanes<TLanes> => (TLanes.Load(in _x, at), TLanes.Load(in _y, at));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (TLanes Real, TLanes Imaginary) Turn<TLanes>(int at, int k, int row)
            where TLanes : struct, ILanes<TLanes>
        {
            (TLanes x, TLanes y) = Load<TLanes>(at);
            TLanes c = TLanes.Load(in _w, k + (2 * row * Part));
            TLanes s = TLanes.Load(in _w, k + (((2 * row) + 1) * Part));
            return (TLanes.MultiplyAdd(x, c, -(y * s)), TLanes.MultiplyAdd(x, s, y * c));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store<TLanes>(int at, TLanes real, TLanes imaginary)
            where TLanes : struct, ILanes<TLanes>
        {
            TLanes.Store(real, ref _u, at);
            TLanes.Store(imaginary, ref _v, at);
        }
    }
}
