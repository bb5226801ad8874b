using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>Products of complex sequences, element by element.</summary>
internal static class ComplexProduct
{
    /// <summary>(re + i·im) ← (re + i·im)·(factorRe + i·factorIm), over the length of <paramref name="re"/>.</summary>
    public static void InPlace(Span<float> re, Span<float> im, ReadOnlySpan<float> factorRe, ReadOnlySpan<float> factorIm)
    {
        int length = re.Length;
        im = im[..length];
        factorRe = factorRe[..length];
        factorIm = factorIm[..length];
        int done = Vector256.IsHardwareAccelerated
            ? Run<Lanes8>(re, im, factorRe, factorIm, 0)
            : Run<Lanes4>(re, im, factorRe, factorIm, 0);
        Run<Lanes1>(re, im, factorRe, factorIm, done);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Run<TLanes>(Span<float> re, Span<float> im, ReadOnlySpan<float> factorRe, ReadOnlySpan<float> factorIm, int i)
        where TLanes : struct, ILanes<TLanes>
    {
        ref float x = ref MemoryMarshal.GetReference(re);
        ref float y = ref MemoryMarshal.GetReference(im);
        ref readonly float u = ref MemoryMarshal.GetReference(factorRe);
        ref readonly float v = ref MemoryMarshal.GetReference(factorIm);
        for (; i <= re.Length - TLanes.Count; i += TLanes.Count)
        {
            TLanes a = TLanes.Load(in x, i);
            TLanes b = TLanes.Load(in y, i);
            TLanes c = TLanes.Load(in u, i);
            TLanes d = TLanes.Load(in v, i);
            TLanes.Store(TLanes.MultiplyAdd(a, c, -(b * d)), ref x, i);
            TLanes.Store(TLanes.MultiplyAdd(a, d, b * c), ref y, i);
        }

        return i;
    }
}
