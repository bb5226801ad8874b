using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>The last pass where the length is an odd power of two: two transforms of half the length become the whole.</summary>
internal sealed class Radix2Stage
{
    private readonly int _half;
    private readonly float[] _cos;
    private readonly float[] _sin;

    public Radix2Stage(int half)
    {
        _half = half;
        _cos = new float[half];
        _sin = new float[half];
        Twiddles.Fill(_cos, _sin, 1, 2 * half);
    }

    public void Run(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        int length = 2 * _half;
        if (Vector256.IsHardwareAccelerated && _half >= Lanes8.Count)
        {
            Run<Lanes8>(re[..length], im[..length], toRe[..length], toIm[..length]);
        }
        else if (_half >= Lanes4.Count)
        {
            Run<Lanes4>(re[..length], im[..length], toRe[..length], toIm[..length]);
        }
        else
        {
            Run<Lanes1>(re[..length], im[..length], toRe[..length], toIm[..length]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Run<TLanes>(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
        where TLanes : struct, ILanes<TLanes>
    {
        ref readonly float x = ref MemoryMarshal.GetReference(re);
        ref readonly float y = ref MemoryMarshal.GetReference(im);
        ref float u = ref MemoryMarshal.GetReference(toRe);
        ref float v = ref MemoryMarshal.GetReference(toIm);
        ref readonly float cos = ref MemoryMarshal.GetArrayDataReference(_cos);
        ref readonly float sin = ref MemoryMarshal.GetArrayDataReference(_sin);
        for (int k = 0; k < _half; k += TLanes.Count)
        {
            TLanes c = TLanes.Load(in cos, k);
            TLanes s = TLanes.Load(in sin, k);
            TLanes ar = TLanes.Load(in x, k);
            TLanes ai = TLanes.Load(in y, k);
            TLanes br = TLanes.Load(in x, k + _half);
            TLanes bi = TLanes.Load(in y, k + _half);
            TLanes tr = TLanes.MultiplyAdd(br, c, -(bi * s));
            TLanes ti = TLanes.MultiplyAdd(br, s, bi * c);
            TLanes.Store(ar + tr, ref u, k);
            TLanes.Store(ai + ti, ref v, k);
            TLanes.Store(ar - tr, ref u, k + _half);
            TLanes.Store(ai - ti, ref v, k + _half);
        }
    }
}
