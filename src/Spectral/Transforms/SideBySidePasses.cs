using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Plan of many complex transforms at once, one window per lane of a vector: no pass shuffles, and no length is too short to fill a
/// vector. For lengths with no prime factor above 5. The transform stays in place, its bins at <see cref="Places"/>. A window's
/// result is the same bits whichever windows are beside it and however many. Immutable, so threads may share one.
/// </summary>
internal sealed class SideBySidePasses
{
    // What a pass works on in one go, to stay in the first-level cache; and what all windows of a block may take of the second.
    private const int FirstCacheFloats = 8192;
    private const int SecondCacheFloats = 1 << 17;
    private const int Alignment = 16;

    private readonly int _length;
    private readonly (int Radix, int Part, float[] Twiddles)[] _stages;
    private readonly int[] _places;

    /// <param name="length">Complex values of a window.</param>
    public SideBySidePasses(int length)
    {
        _length = length;
        int[] radices = [.. Radices(length)];
        _stages = new (int, int, float[])[radices.Length];
        int part = length;
        for (int i = 0; i < radices.Length; i++)
        {
            part /= radices[i];
            _stages[i] = (radices[i], part, StageTwiddles(radices[i], part));
        }

        _places = [.. Enumerable.Range(0, length + 1).Select(bin => Place(bin % length, length, radices))];
        Lanes = WidestLanes(2 * length);
    }

    /// <summary>Windows that are transformed at a time.</summary>
    public int Lanes { get; }

    /// <summary>Where the passes leave bins 0 … n, the bin n being bin 0 again.</summary>
    public ReadOnlySpan<int> Places => _places;

    /// <summary>Floats of the values of a block, one more than a window has, and of the columns on their way.</summary>
    public int ScratchLength => DataFloats(Lanes) + SideBySideRows.BlockFloats(Lanes) + Alignment;

    /// <summary>Whether there is a plan for so many complex values; others are done one window after the other.</summary>
    public static bool Suits(int length) =>
        length >= 8 && MixedRadixFft.Suits(length) && 2L * length * Lanes4.Count <= SecondCacheFloats;

    /// <summary>The lanes for the next block when so many windows are left: four may be more than there are.</summary>
    public int LanesFor(int left)
    {
        int lanes = Lanes;
        while (lanes > left && lanes > Lanes4.Count)
        {
            lanes /= 2;
        }

        return lanes;
    }

    /// <summary>The aligned part of a scratch: values first, columns after them.</summary>
    public ref float Align(Span<float> scratch, int lanes, out Span<float> block)
    {
        // Vectors that straddle cache lines cost double. The place may be wrong after a collection moved the array: slower, not wrong.
        ref float start = ref MemoryMarshal.GetReference(scratch);
        int past = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref start) / sizeof(float) % Alignment);
        scratch = scratch[((Alignment - past) % Alignment)..];
        block = scratch.Slice(DataFloats(lanes), SideBySideRows.BlockFloats(lanes));
        return ref MemoryMarshal.GetReference(scratch);
    }

    /// <summary>All passes over the values of a block.</summary>
    public void Run<TLanes>(ref float data)
        where TLanes : struct, ILanes<TLanes> => Run<TLanes>(ref data, 0, _length);

    private int DataFloats(int lanes) => 2 * (_length + 1) * lanes;

    /// <summary>All passes from a stage on over some values: block by block as soon as a block fits the cache.</summary>
    private void Run<TLanes>(ref float data, int stage, int span)
        where TLanes : struct, ILanes<TLanes>
    {
        for (; stage < _stages.Length; stage++)
        {
            (int radix, int part, float[] twiddles) = _stages[stage];
            SideBySideStages.Run<TLanes>(radix, ref data, twiddles, part, span);
            if (2 * span * TLanes.Count > FirstCacheFloats && part > 1)
            {
                for (int block = 0; block < radix; block++)
                {
                    Run<TLanes>(ref Unsafe.Add(ref data, 2 * TLanes.Count * block * part), stage + 1, part);
                }

                return;
            }
        }
    }

    private static int WidestLanes(int floats)
    {
        int widest = Vector512.IsHardwareAccelerated ? Lanes16.Count : Vector256.IsHardwareAccelerated ? Lanes8.Count : Lanes4.Count;
        while (widest > Lanes4.Count && ((long)widest * floats > SecondCacheFloats || 4 * widest > floats))
        {
            widest /= 2;
        }

        return widest;
    }

    /// <summary>Passes of 4; with an odd number of twos the last one is of 8, where no twiddle factors are needed.</summary>
    private static IEnumerable<int> Radices(int length)
    {
        int twos = BitOperations.TrailingZeroCount(length);
        int rest = length >> twos;
        foreach (int radix in new[] { 5, 3 })
        {
            for (; rest % radix == 0; rest /= radix)
            {
                yield return radix;
            }
        }

        int last = twos % 2 == 0 ? 0 : twos == 1 ? 1 : 3;
        for (int i = 0; i < (twos - last) / 2; i++)
        {
            yield return 4;
        }

        if (last > 0)
        {
            yield return 1 << last;
        }
    }

    private static float[] StageTwiddles(int radix, int part)
    {
        float[] cos = new float[part];
        float[] sin = new float[part];
        float[] pairs = new float[2 * (radix - 1) * part];
        for (int c = 1; c < radix; c++)
        {
            Twiddles.Fill(cos, sin, c, radix * part);
            for (int k = 0; k < part; k++)
            {
                pairs[2 * (((radix - 1) * k) + c - 1)] = cos[k];
                pairs[(2 * (((radix - 1) * k) + c - 1)) + 1] = sin[k];
            }
        }

        return pairs;
    }

    /// <summary>Where a bin is left: the first pass puts the bins c, c + radix, … into its block c, and so on within.</summary>
    private static int Place(int bin, int span, int[] radices)
    {
        int place = 0;
        foreach (int radix in radices)
        {
            span /= radix;
            place += bin % radix * span;
            bin /= radix;
        }

        return place;
    }
}
