using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>Between half spectra and the complex values whose parts are the even and the odd samples, one window per lane.</summary>
/// <remarks>As with the passes: compiled for good at once and never inlined.</remarks>
internal static class SideBySideHalves
{
    private const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>
    /// The half spectra, as <see cref="HalfComplex"/> makes them, of transforms that lie at <paramref name="places"/>. With Z[n/2] = Z[0] the bins 0
    /// and n/2 follow the rule of the others.
    /// </summary>
    public static void Scatter<TLanes, TRows>(
        ref float data,
        ReadOnlySpan<int> places,
        ReadOnlySpan<float> turns,
        int rows,
        Span<float> real,
        Span<float> imaginary,
        Span<float> block)
        where TLanes : struct, ILanes<TLanes>
        where TRows : struct, IRowLanes<TRows>
    {
        int stride = places.Length;
        int half = stride - 1;
        int bins = (half / 2) + 1;
        int lanes = TLanes.Count;
        int size = SideBySideRows.Columns * lanes;
        for (int k = 0; k < bins;)
        {
            // By fours; at the end some bins are done twice.
            int count = Math.Min(SideBySideRows.Columns, (bins - k) / 4 * 4);
            (k, count) = count == 0 ? (bins - 4, 4) : (k, count);
            Separate<TLanes>(ref data, places, turns, k, count, block);
            int mirror = half - k - count + 1;
            SideBySideRows.Store<TRows>(block, count, real, k, rows, stride, lanes);
            SideBySideRows.Store<TRows>(block[size..], count, imaginary, k, rows, stride, lanes);
            SideBySideRows.Store<TRows>(block[(2 * size)..], count, real, mirror, rows, stride, lanes);
            SideBySideRows.Store<TRows>(block[(3 * size)..], count, imaginary, mirror, rows, stride, lanes);
            k += count;
        }

        for (int row = 0; row < rows; row++)
        {
            imaginary[row * stride] = 0f;
            imaginary[(row * stride) + half] = 0f;
        }
    }

    /// <summary>Bins k … k + count − 1 and their mirrors, all four lots in rising order of frequency.</summary>
    [MethodImpl(Kernel)]
    private static void Separate<TLanes>(
        ref float data, ReadOnlySpan<int> places, ReadOnlySpan<float> turns, int k, int count, Span<float> columns)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count;
        int size = SideBySideRows.Columns * lanes;
        ref float block = ref MemoryMarshal.GetReference(columns);
        TLanes half = TLanes.Broadcast(0.5f);
        for (int i = 0; i < count; i++)
        {
            int at = places[k + i] * 2 * lanes;
            int mirror = places[places.Length - 1 - k - i] * 2 * lanes;
            TLanes ar = TLanes.Load(ref data, at);
            TLanes ai = TLanes.Load(ref data, at + lanes);
            TLanes br = TLanes.Load(ref data, mirror);
            TLanes bi = TLanes.Load(ref data, mirror + lanes);
            TLanes cos = TLanes.Broadcast(turns[2 * (k + i)]);
            TLanes sin = TLanes.Broadcast(turns[(2 * (k + i)) + 1]);
            TLanes evenRe = half * (ar + br);
            TLanes evenIm = half * (ai - bi);
            TLanes oddRe = half * (ai + bi);
            TLanes oddIm = half * (br - ar);
            TLanes turnedRe = TLanes.MultiplyAdd(oddRe, cos, -(oddIm * sin));
            TLanes turnedIm = TLanes.MultiplyAdd(oddRe, sin, oddIm * cos);
            TLanes.Store(evenRe + turnedRe, ref block, i * lanes);
            TLanes.Store(evenIm + turnedIm, ref block, size + (i * lanes));
            TLanes.Store(evenRe - turnedRe, ref block, (2 * size) + ((count - 1 - i) * lanes));
            TLanes.Store(turnedIm - evenIm, ref block, (3 * size) + ((count - 1 - i) * lanes));
        }
    }

    /// <summary>
    /// Half spectra of <paramref name="half"/> + 1 bins, in place, to the complex values of <see cref="HalfComplex"/>, times a scale and with
    /// their parts swapped: the forward transform is the inverse then.
    /// </summary>
    [MethodImpl(Kernel)]
    public static void JoinSwapped<TLanes>(ref float data, int half, ReadOnlySpan<float> turns, float scale)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count;
        TLanes factor = TLanes.Broadcast(0.5f * scale);

        // The samples are real, so these two are 0 whatever they say.
        TLanes.Store(TLanes.Broadcast(0f), ref data, lanes);
        TLanes.Store(TLanes.Broadcast(0f), ref data, (2 * lanes * half) + lanes);
        for (int k = 0; k <= half / 2; k++)
        {
            int at = 2 * lanes * k;
            int mirror = 2 * lanes * (half - k);
            TLanes ar = TLanes.Load(ref data, at);
            TLanes ai = TLanes.Load(ref data, at + lanes);
            TLanes br = TLanes.Load(ref data, mirror);
            TLanes bi = TLanes.Load(ref data, mirror + lanes);
            TLanes cos = TLanes.Broadcast(turns[2 * k]);
            TLanes sin = TLanes.Broadcast(turns[(2 * k) + 1]);
            TLanes evenRe = factor * (ar + br);
            TLanes evenIm = factor * (ai - bi);
            TLanes turnedRe = factor * (ar - br);
            TLanes turnedIm = factor * (ai + bi);
            TLanes oddRe = TLanes.MultiplyAdd(turnedRe, cos, turnedIm * sin);
            TLanes oddIm = TLanes.MultiplyAdd(turnedIm, cos, -(turnedRe * sin));
            TLanes.Store(evenIm + oddRe, ref data, at);
            TLanes.Store(evenRe - oddIm, ref data, at + lanes);
            TLanes.Store(oddRe - evenIm, ref data, mirror);
            TLanes.Store(evenRe + oddIm, ref data, mirror + lanes);
        }
    }

    /// <summary>Swapped complex values that lie at <paramref name="places"/> to rows of twice as many samples.</summary>
    public static void ScatterSwapped<TLanes, TRows>(
        ref float data, ReadOnlySpan<int> places, int rows, Span<float> samples, Span<float> block)
        where TLanes : struct, ILanes<TLanes>
        where TRows : struct, IRowLanes<TRows>
    {
        int half = places.Length - 1;
        for (int i = 0; i < half;)
        {
            // By twos, four samples; at the end one may be done twice.
            int count = Math.Min(SideBySideRows.Columns / 2, (half - i) / 2 * 2);
            (i, count) = count == 0 ? (half - 2, 2) : (i, count);
            Interleave<TLanes>(ref data, places.Slice(i, count), block);
            SideBySideRows.Store<TRows>(block, 2 * count, samples, 2 * i, rows, 2 * half, TLanes.Count);
            i += count;
        }
    }

    [MethodImpl(Kernel)]
    private static void Interleave<TLanes>(ref float data, ReadOnlySpan<int> places, Span<float> columns)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count;
        ref float block = ref MemoryMarshal.GetReference(columns);
        for (int i = 0; i < places.Length; i++)
        {
            int at = places[i] * 2 * lanes;
            TLanes.Store(TLanes.Load(ref data, at + lanes), ref block, 2 * i * lanes);
            TLanes.Store(TLanes.Load(ref data, at), ref block, ((2 * i) + 1) * lanes);
        }
    }
}
