using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Lines;

/// <summary>
/// The level of a spectrum between its lines: the running median, which a line narrower than half the span does not move.
/// Pure function, safe from any thread; nothing is allocated.
/// </summary>
public static class NoiseFloor
{
    /// <summary>Floats of scratch for a half-width: the span and one more.</summary>
    public static int ScratchLength(int halfWidth) => (2 * halfWidth) + 2;

    /// <summary>
    /// The median of the values at most <paramref name="halfWidth"/> places away; at the ends of those that there are. Of an
    /// even number it is the greater of the middle two. If any value is NaN the floor is NaN everywhere.
    /// </summary>
    /// <param name="values">[n].</param>
    /// <param name="halfWidth">At least 0; wide enough that lines and their skirts fill less than half of the span.</param>
    /// <param name="floor">[n]; must not overlap the values.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or the half-width is negative.</exception>
    public static void RunningMedian(ReadOnlySpan<float> values, int halfWidth, Span<float> floor, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(halfWidth);
        ArgumentOutOfRangeException.ThrowIfNotEqual(floor.Length, values.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength(halfWidth));
        foreach (float value in values)
        {
            if (float.IsNaN(value))
            {
                floor.Fill(float.NaN);
                return;
            }
        }

        int count = 0;
        int next = 0;
        for (int i = 0; i < values.Length; i++)
        {
            for (; next < values.Length && next <= i + halfWidth; next++)
            {
                Insert(scratch, count++, values[next]);
            }

            if (i > halfWidth)
            {
                Remove(scratch, count--, values[i - halfWidth - 1]);
            }

            floor[i] = scratch[count / 2];
        }
    }

    // One more than the sorted span can hold is in it for a moment: the newest comes before the oldest goes.
    private static void Insert(Span<float> sorted, int count, float value)
    {
        int at = Ascending.CountBelow(sorted[..count], value);
        sorted[at..count].CopyTo(sorted[(at + 1)..]);
        sorted[at] = value;
    }

    private static void Remove(Span<float> sorted, int count, float value)
    {
        int at = Ascending.CountBelow(sorted[..count], value);
        sorted[(at + 1)..count].CopyTo(sorted[at..]);
    }
}
