using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// From windows that lie one after the other to one window per lane, and from lanes to their half spectra. Both go through a small
/// size block: windows of 1024 samples and more lie so that a cache keeps few lines of the same column, and each line must be done with in one go.
/// </summary>
/// <remarks>As with the passes: compiled for good at once and never inlined.</remarks>
internal static class SideBySideRows
{
    private const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    // Columns that are moved in one go.
    private const int Columns = 64;

    /// <summary>Floats that <see cref="Scatter"/> works in: four blocks of columns.</summary>
    public static int BlockFloats(int lanes) => 4 * Columns * lanes;

    /// <summary>
    /// Even samples become real parts, odd ones imaginary parts. Where there are fewer <paramref name="rows"/> than lanes (four lanes only), the
    /// last one stands in for the missing ones.
    /// </summary>
    [MethodImpl(Kernel)]
    public static void Gather<TRows>(ReadOnlySpan<float> samples, int length, int rows, ref float data, int lanes)
        where TRows : struct, IRowLanes<TRows>
    {
        ref float x = ref MemoryMarshal.GetReference(samples);
        (int second, int third, int fourth) = (Math.Min(1, rows - 1) * length, Math.Min(2, rows - 1) * length, Math.Min(3, rows - 1) * length);
        int whole = length / 4 * 4;
        for (int line = 0; line < whole; line += Columns)
        {
            int end = Math.Min(line + Columns, whole);
            for (int first = 0; first < lanes; first += TRows.Count)
            {
                ref float row = ref Unsafe.Add(ref x, first * length);
                for (int column = line; column < end; column += 4)
                {
                    TRows a = TRows.LoadRows(ref row, column, 4 * length);
                    TRows b = TRows.LoadRows(ref row, column + second, 4 * length);
                    TRows c = TRows.LoadRows(ref row, column + third, 4 * length);
                    TRows d = TRows.LoadRows(ref row, column + fourth, 4 * length);
                    Transpose(ref a, ref b, ref c, ref d);
                    int to = (column * lanes) + first;
                    TRows.Store(a, ref data, to);
                    TRows.Store(b, ref data, to + lanes);
                    TRows.Store(c, ref data, to + (2 * lanes));
                    TRows.Store(d, ref data, to + (3 * lanes));
                }
            }
        }

        for (int i = whole * lanes; i < length * lanes; i++)
        {
            Unsafe.Add(ref data, i) = samples[(Math.Min(i % lanes, rows - 1) * length) + (i / lanes)];
        }
    }

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
        ref float block)
        where TLanes : struct, ILanes<TLanes>
        where TRows : struct, IRowLanes<TRows>
    {
        int stride = places.Length;
        int half = stride - 1;
        int bins = (half / 2) + 1;
        int lanes = TLanes.Count;
        int size = Columns * lanes;
        for (int k = 0; k < bins;)
        {
            // By fours; at the end some bins are done twice.
            int count = Math.Min(Columns, (bins - k) / 4 * 4);
            if (count == 0)
            {
                k = bins - 4;
                count = 4;
            }

            Separate<TLanes>(ref data, places, turns, k, count, ref block);
            int mirror = half - k - count + 1;
            Store<TRows>(ref block, 0, count, real, k, rows, stride, lanes);
            Store<TRows>(ref block, size, count, imaginary, k, rows, stride, lanes);
            Store<TRows>(ref block, 2 * size, count, real, mirror, rows, stride, lanes);
            Store<TRows>(ref block, 3 * size, count, imaginary, mirror, rows, stride, lanes);
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
        ref float data, ReadOnlySpan<int> places, ReadOnlySpan<float> turns, int k, int count, ref float block)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count;
        int size = Columns * lanes;
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

    /// <summary>A block of columns, turned into rows of as many floats.</summary>
    [MethodImpl(Kernel)]
    private static void Store<TRows>(ref float blocks, int from, int count, Span<float> target, int column, int rows, int stride, int lanes)
        where TRows : struct, IRowLanes<TRows>
    {
        ref float block = ref Unsafe.Add(ref blocks, from);
        ref float to = ref MemoryMarshal.GetReference(target);
        (int second, int third, int fourth) = (Math.Min(1, rows - 1) * stride, Math.Min(2, rows - 1) * stride, Math.Min(3, rows - 1) * stride);
        for (int first = 0; first < lanes; first += TRows.Count)
        {
            for (int i = 0; i < count; i += 4)
            {
                int at = (i * lanes) + first;
                TRows a = TRows.Load(ref block, at);
                TRows b = TRows.Load(ref block, at + lanes);
                TRows c = TRows.Load(ref block, at + (2 * lanes));
                TRows d = TRows.Load(ref block, at + (3 * lanes));
                Transpose(ref a, ref b, ref c, ref d);
                int place = (first * stride) + column + i;
                TRows.StoreRows(a, ref to, place, 4 * stride);
                TRows.StoreRows(b, ref to, place + second, 4 * stride);
                TRows.StoreRows(c, ref to, place + third, 4 * stride);
                TRows.StoreRows(d, ref to, place + fourth, 4 * stride);
            }
        }
    }

    /// <summary>Within every quad of lanes, four registers become four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose<TRows>(ref TRows a, ref TRows b, ref TRows c, ref TRows d)
        where TRows : struct, IRowLanes<TRows>
    {
        TRows acLow = TRows.ZipLow(a, c);
        TRows acHigh = TRows.ZipHigh(a, c);
        TRows bdLow = TRows.ZipLow(b, d);
        TRows bdHigh = TRows.ZipHigh(b, d);
        a = TRows.ZipLow(acLow, bdLow);
        b = TRows.ZipHigh(acLow, bdLow);
        c = TRows.ZipLow(acHigh, bdHigh);
        d = TRows.ZipHigh(acHigh, bdHigh);
    }
}
