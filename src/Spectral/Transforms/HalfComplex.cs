using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// An even number n of real samples is transformed as n/2 complex ones, even samples as real and odd ones as imaginary
/// parts. With Z its transform, E and O those of the even and odd samples: Z = E + iO, and X[k] = E[k] + e^(−2πik/n)·O[k].
/// </summary>
internal sealed class HalfComplex
{
    private readonly int _half;
    private readonly float[] _cos;
    private readonly float[] _sin;

    public HalfComplex(int length)
    {
        _half = length / 2;
        _cos = new float[(_half / 2) + 1];
        _sin = new float[(_half / 2) + 1];
        Twiddles.Fill(_cos, _sin, 1, length);
    }

    /// <summary>Z [n/2] to X [n/2 + 1].</summary>
    public void Separate(ReadOnlySpan<float> zRe, ReadOnlySpan<float> zIm, Span<float> xRe, Span<float> xIm)
    {
        float first = zRe[0];
        float second = zIm[0];
        int k = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            k = Separate<Lanes8>(zRe[.._half], zIm[.._half], xRe[..(_half + 1)], xIm[..(_half + 1)], k);
        }

        k = Separate<Lanes4>(zRe[.._half], zIm[.._half], xRe[..(_half + 1)], xIm[..(_half + 1)], k);
        Separate<Lanes1>(zRe[.._half], zIm[.._half], xRe[..(_half + 1)], xIm[..(_half + 1)], k);
        xRe[0] = first + second;
        xIm[0] = 0f;
        xRe[_half] = first - second;
        xIm[_half] = 0f;
    }

    /// <summary>X [n/2 + 1] to Z [n/2], times <paramref name="scale"/>.</summary>
    public void Join(ReadOnlySpan<float> xRe, ReadOnlySpan<float> xIm, Span<float> zRe, Span<float> zIm, float scale)
    {
        int k = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            k = Join<Lanes8>(xRe[..(_half + 1)], xIm[..(_half + 1)], zRe[.._half], zIm[.._half], scale, k);
        }

        k = Join<Lanes4>(xRe[..(_half + 1)], xIm[..(_half + 1)], zRe[.._half], zIm[.._half], scale, k);
        Join<Lanes1>(xRe[..(_half + 1)], xIm[..(_half + 1)], zRe[.._half], zIm[.._half], scale, k);
        zRe[0] = 0.5f * scale * (xRe[0] + xRe[_half]);
        zIm[0] = 0.5f * scale * (xRe[0] - xRe[_half]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private int Separate<TLanes>(ReadOnlySpan<float> zRe, ReadOnlySpan<float> zIm, Span<float> xRe, Span<float> xIm, int k)
        where TLanes : struct, ILanes<TLanes>
    {
        ref readonly float zr = ref MemoryMarshal.GetReference(zRe);
        ref readonly float zi = ref MemoryMarshal.GetReference(zIm);
        ref float xr = ref MemoryMarshal.GetReference(xRe);
        ref float xi = ref MemoryMarshal.GetReference(xIm);
        TLanes half = TLanes.Broadcast(0.5f);
        for (; k + TLanes.Count <= _cos.Length; k += TLanes.Count)
        {
            int mirror = _half - k - TLanes.Count + 1;
            TLanes ar = TLanes.Load(in zr, k);
            TLanes ai = TLanes.Load(in zi, k);
            TLanes br = TLanes.Reverse(TLanes.Load(in zr, mirror));
            TLanes bi = TLanes.Reverse(TLanes.Load(in zi, mirror));
            TLanes evenRe = half * (ar + br);
            TLanes evenIm = half * (ai - bi);
            TLanes oddRe = half * (ai + bi);
            TLanes oddIm = half * (br - ar);
            TLanes cos = TLanes.Load(in MemoryMarshal.GetArrayDataReference(_cos), k);
            TLanes sin = TLanes.Load(in MemoryMarshal.GetArrayDataReference(_sin), k);
            TLanes turnedRe = TLanes.MultiplyAdd(oddRe, cos, -(oddIm * sin));
            TLanes turnedIm = TLanes.MultiplyAdd(oddRe, sin, oddIm * cos);
            TLanes.Store(evenRe + turnedRe, ref xr, k);
            TLanes.Store(evenIm + turnedIm, ref xi, k);
            TLanes.Store(TLanes.Reverse(evenRe - turnedRe), ref xr, mirror);
            TLanes.Store(TLanes.Reverse(turnedIm - evenIm), ref xi, mirror);
        }

        return k;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private int Join<TLanes>(ReadOnlySpan<float> xRe, ReadOnlySpan<float> xIm, Span<float> zRe, Span<float> zIm, float scale, int k)
        where TLanes : struct, ILanes<TLanes>
    {
        ref readonly float xr = ref MemoryMarshal.GetReference(xRe);
        ref readonly float xi = ref MemoryMarshal.GetReference(xIm);
        ref float zr = ref MemoryMarshal.GetReference(zRe);
        ref float zi = ref MemoryMarshal.GetReference(zIm);
        TLanes half = TLanes.Broadcast(0.5f * scale);
        for (; k + TLanes.Count <= _cos.Length; k += TLanes.Count)
        {
            int mirror = _half - k - TLanes.Count + 1;
            TLanes ar = TLanes.Load(in xr, k);
            TLanes ai = TLanes.Load(in xi, k);
            TLanes br = TLanes.Reverse(TLanes.Load(in xr, mirror));
            TLanes bi = TLanes.Reverse(TLanes.Load(in xi, mirror));
            TLanes evenRe = half * (ar + br);
            TLanes evenIm = half * (ai - bi);
            TLanes turnedRe = half * (ar - br);
            TLanes turnedIm = half * (ai + bi);
            TLanes cos = TLanes.Load(in MemoryMarshal.GetArrayDataReference(_cos), k);
            TLanes sin = TLanes.Load(in MemoryMarshal.GetArrayDataReference(_sin), k);
            TLanes oddRe = TLanes.MultiplyAdd(turnedRe, cos, turnedIm * sin);
            TLanes oddIm = TLanes.MultiplyAdd(turnedIm, cos, -(turnedRe * sin));
            TLanes.Store(evenRe - oddIm, ref zr, k);
            TLanes.Store(evenIm + oddRe, ref zi, k);
            TLanes.Store(TLanes.Reverse(evenRe + oddIm), ref zr, mirror);
            TLanes.Store(TLanes.Reverse(oddRe - evenIm), ref zi, mirror);
        }

        return k;
    }
}
