using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Plan of many real transforms at once, one window per lane of a vector: no pass shuffles, and no length is too short to fill a
/// vector. For even n with no prime factor above 5. A window's result is the same bits whichever windows are beside it and
/// however many. Immutable, so threads may share one.
/// </summary>
internal sealed class SideBySideFft
{
    // What a pass works on in one go, to stay in the first-level cache; and what all windows of a block may take of the second.
    private const int FirstCacheFloats = 8192;
    private const int SecondCacheFloats = 1 << 17;
    private const int Alignment = 16;

    private readonly int _length;
    private readonly (int Radix, int Part, float[] Twiddles)[] _stages;
    private readonly int[] _places;
    private readonly float[] _turns;

    public SideBySideFft(int length)
    {
        _length = length;
        int half = length / 2;
        int[] radices = [.. Radices(half)];
        _stages = new (int, int, float[])[radices.Length];
        int part = half;
        for (int i = 0; i < radices.Length; i++)
        {
            part /= radices[i];
            _stages[i] = (radices[i], part, StageTwiddles(radices[i], part));
        }

        _places = [.. Enumerable.Range(0, half + 1).Select(bin => Place(bin % half, half, radices))];
        float[] cos = new float[(half / 2) + 1];
        float[] sin = new float[cos.Length];
        Twiddles.Fill(cos, sin, 1, length);
        _turns = [.. cos.Zip(sin).SelectMany(pair => new[] { pair.First, pair.Second })];
        Lanes = WidestLanes(length);
    }

    /// <summary>Windows that are transformed at a time.</summary>
    public int Lanes { get; }

    public int ScratchLength => (_length * Lanes) + SideBySideRows.BlockFloats(Lanes) + Alignment;

    /// <summary>Whether there is a plan for the length; others are done one window after the other.</summary>
    public static bool Suits(int length) =>
        length >= 16 && length % 2 == 0 && MixedRadixFft.Suits(length / 2) && (long)length * Lanes4.Count <= SecondCacheFloats;

    /// <summary>Half spectra of all windows.</summary>
    public void Transform(ReadOnlySpan<float> samples, int windows, Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        int done = 0;
        while (done < windows)
        {
            int left = windows - done;
            int lanes = Lanes;
            while (lanes > left && lanes > Lanes4.Count)
            {
                lanes /= 2;
            }

            // What is left of fewer windows than lanes is done together with some that are done already.
            int first = lanes > left ? Math.Max(0, windows - lanes) : done;
            int rows = Math.Min(lanes, windows - first);
            Block(
                lanes,
                samples.Slice(first * _length, rows * _length),
                rows,
                real.Slice(first * (_places.Length), rows * _places.Length),
                imaginary.Slice(first * _places.Length, rows * _places.Length),
                scratch);
            done = first + rows;
        }
    }

    private void Block(int lanes, ReadOnlySpan<float> samples, int rows, Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        switch (lanes)
        {
            case 16:
                Block<Lanes16, Lanes8>(samples, rows, real, imaginary, scratch);
                break;
            case 8:
                Block<Lanes8, Lanes8>(samples, rows, real, imaginary, scratch);
                break;
            default:
                Block<Lanes4, Lanes4>(samples, rows, real, imaginary, scratch);
                break;
        }
    }

    private void Block<TLanes, TRows>(ReadOnlySpan<float> samples, int rows, Span<float> real, Span<float> imaginary, Span<float> scratch)
        where TLanes : struct, ILanes<TLanes>
        where TRows : struct, IRowLanes<TRows>
    {
        // Vectors that straddle cache lines cost double. The place may be wrong after a collection moved the array: slower, not wrong.
        ref float start = ref MemoryMarshal.GetReference(scratch);
        int past = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref start) / sizeof(float) % Alignment);
        int size = _length * TLanes.Count;
        scratch = scratch.Slice((Alignment - past) % Alignment, size + SideBySideRows.BlockFloats(TLanes.Count));
        ref float data = ref MemoryMarshal.GetReference(scratch);
        ref float block = ref Unsafe.Add(ref data, size);
        SideBySideRows.Gather<TRows>(samples, _length, rows, ref data, TLanes.Count);
        Passes<TLanes>(ref data, 0, _length / 2);
        SideBySideRows.Scatter<TLanes, TRows>(ref data, _places, _turns, rows, real, imaginary, ref block);
    }

    /// <summary>All passes from a stage on over some values: block by block as soon as a block fits the cache.</summary>
    private void Passes<TLanes>(ref float data, int stage, int span)
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
                    Passes<TLanes>(ref Unsafe.Add(ref data, 2 * TLanes.Count * block * part), stage + 1, part);
                }

                return;
            }
        }
    }

    private static int WidestLanes(int length)
    {
        int widest = Vector512.IsHardwareAccelerated ? Lanes16.Count : Vector256.IsHardwareAccelerated ? Lanes8.Count : Lanes4.Count;
        while (widest > Lanes4.Count && ((long)widest * length > SecondCacheFloats || 4 * widest > length))
        {
            widest /= 2;
        }

        return widest;
    }

    /// <summary>Passes of 4; with an odd number of twos the last one is of 8, where no twiddle factors are needed.</summary>
    private static IEnumerable<int> Radices(int half)
    {
        int twos = BitOperations.TrailingZeroCount(half);
        int rest = half >> twos;
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
