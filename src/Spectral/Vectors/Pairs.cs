using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Thrum.Spectral.Vectors;

/// <summary>Splitting a sequence into its even and odd elements, and back.</summary>
internal static class Pairs
{
    /// <summary>[2m] to [m] and [m].</summary>
    public static void Split(ReadOnlySpan<float> pairs, Span<float> even, Span<float> odd)
    {
        int count = pairs.Length / 2;
        even = even[..count];
        odd = odd[..count];
        ref readonly float x = ref MemoryMarshal.GetReference(pairs);
        ref float e = ref MemoryMarshal.GetReference(even);
        ref float o = ref MemoryMarshal.GetReference(odd);
        int i = 0;
        for (; i <= count - 4; i += 4)
        {
            Vector128<float> a = Vector128.LoadUnsafe(in x, (nuint)(2 * i));
            Vector128<float> b = Vector128.LoadUnsafe(in x, (nuint)((2 * i) + 4));
            Weave.Even(a, b).StoreUnsafe(ref e, (nuint)i);
            Weave.Odd(a, b).StoreUnsafe(ref o, (nuint)i);
        }

        for (; i < count; i++)
        {
            even[i] = pairs[2 * i];
            odd[i] = pairs[(2 * i) + 1];
        }
    }

    /// <summary>[m] and [m] to [2m].</summary>
    public static void Join(ReadOnlySpan<float> even, ReadOnlySpan<float> odd, Span<float> pairs)
    {
        int count = pairs.Length / 2;
        even = even[..count];
        odd = odd[..count];
        ref float x = ref MemoryMarshal.GetReference(pairs);
        ref readonly float e = ref MemoryMarshal.GetReference(even);
        ref readonly float o = ref MemoryMarshal.GetReference(odd);
        int i = 0;
        for (; i <= count - 4; i += 4)
        {
            Vector128<float> a = Vector128.LoadUnsafe(in e, (nuint)i);
            Vector128<float> b = Vector128.LoadUnsafe(in o, (nuint)i);
            Weave.ZipLow(a, b).StoreUnsafe(ref x, (nuint)(2 * i));
            Weave.ZipHigh(a, b).StoreUnsafe(ref x, (nuint)((2 * i) + 4));
        }

        for (; i < count; i++)
        {
            pairs[2 * i] = even[i];
            pairs[(2 * i) + 1] = odd[i];
        }
    }
}
