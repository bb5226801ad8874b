using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// From windows that lie one after the other to one window per lane, and back. Both go through a small
/// block: windows of 1024 samples and more lie so that a cache keeps few lines of the same column, and each line must be done with in one go.
/// </summary>
/// <remarks>As with the passes: compiled for good at once and never inlined.</remarks>
internal static class SideBySideRows
{
    private const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    // Columns that are moved in one go.
    public const int Columns = 64;

    /// <summary>Floats that columns take on their way to rows: four blocks of them.</summary>
    public static int BlockFloats(int lanes) => 4 * Columns * lanes;

    /// <summary>
    /// Column c of all rows goes to c·<paramref name="apart"/> floats: with as many as lanes, even samples become real parts and odd ones
    /// imaginary parts. Where there are fewer <paramref name="rows"/> than lanes (four lanes only), the
    /// last one stands in for the missing ones.
    /// </summary>
    [MethodImpl(Kernel)]
    public static void Gather<TRows>(ReadOnlySpan<float> samples, int length, int rows, ref float data, int lanes, int apart)
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
                    int to = (column * apart) + first;
                    TRows.Store(a, ref data, to);
                    TRows.Store(b, ref data, to + apart);
                    TRows.Store(c, ref data, to + (2 * apart));
                    TRows.Store(d, ref data, to + (3 * apart));
                }
            }
        }

        for (int column = whole; column < length; column++)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                Unsafe.Add(ref data, (column * apart) + lane) = samples[(Math.Min(lane, rows - 1) * length) + column];
            }
        }
    }

    /// <summary>Complex values that lie at <paramref name="places"/>, times a scale, to rows of real and of imaginary parts.</summary>
    public static void Scatter<TLanes, TRows>(
        ref float data, ReadOnlySpan<int> places, int rows, float scale, Span<float> real, Span<float> imaginary, Span<float> block)
        where TLanes : struct, ILanes<TLanes>
        where TRows : struct, IRowLanes<TRows>
    {
        int length = places.Length;
        int lanes = TLanes.Count;
        Span<float> other = block[(Columns * lanes)..];
        for (int k = 0; k < length;)
        {
            // By fours; at the end some are done twice.
            int count = Math.Min(Columns, (length - k) / 4 * 4);
            (k, count) = count == 0 ? (length - 4, 4) : (k, count);
            Collect<TLanes>(ref data, places.Slice(k, count), scale, block, other);
            Store<TRows>(block, count, real, k, rows, length, lanes);
            Store<TRows>(other, count, imaginary, k, rows, length, lanes);
            k += count;
        }
    }

    [MethodImpl(Kernel)]
    private static void Collect<TLanes>(ref float data, ReadOnlySpan<int> places, float scale, Span<float> real, Span<float> imaginary)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count;
        TLanes factor = TLanes.Broadcast(scale);
        ref float re = ref MemoryMarshal.GetReference(real);
        ref float im = ref MemoryMarshal.GetReference(imaginary);
        for (int i = 0; i < places.Length; i++)
        {
            int at = places[i] * 2 * lanes;
            TLanes.Store(factor * TLanes.Load(ref data, at), ref re, i * lanes);
            TLanes.Store(factor * TLanes.Load(ref data, at + lanes), ref im, i * lanes);
        }
    }

    /// <summary>A block of columns, turned into rows of as many floats.</summary>
    [MethodImpl(Kernel)]
    public static void Store<TRows>(ReadOnlySpan<float> columns, int count, Span<float> target, int column, int rows, int stride, int lanes)
        where TRows : struct, IRowLanes<TRows>
    {
        ref float block = ref MemoryMarshal.GetReference(columns);
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
