using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Thrum.Spectral.Vectors;

/// <summary>
/// Sum of products in an order that depends on the length alone, never on the address: a filter gives the same bits
/// however its input was cut into blocks.
/// </summary>
internal static class DotProduct
{
    /// <summary>Σ a[i]·b[i] over the length of <paramref name="a"/>, which <paramref name="b"/> must have too.</summary>
    public static float Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        if (Vector512.IsHardwareAccelerated && a.Length >= 2 * Lanes16.Count)
        {
            return Of<Lanes16>(a, b);
        }

        if (Vector256.IsHardwareAccelerated && a.Length >= 2 * Lanes8.Count)
        {
            return Of<Lanes8>(a, b);
        }

        return a.Length >= 2 * Lanes4.Count ? Of<Lanes4>(a, b) : Of<Lanes1>(a, b);
    }

    private static float Of<TLanes>(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        where TLanes : struct, ILanes<TLanes>
    {
        ref readonly float x = ref MemoryMarshal.GetReference(a);
        ref readonly float y = ref MemoryMarshal.GetReference(b);
        TLanes even = TLanes.Broadcast(0f);
        TLanes odd = even;
        int i = 0;
        for (; i <= a.Length - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            even = TLanes.MultiplyAdd(TLanes.Load(in x, i), TLanes.Load(in y, i), even);
            odd = TLanes.MultiplyAdd(TLanes.Load(in x, i + TLanes.Count), TLanes.Load(in y, i + TLanes.Count), odd);
        }

        float sum = TLanes.Sum(even + odd);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
