using System.Numerics;

namespace Thrum.Spectral.Vectors;

/// <summary>Places in ascending values. Pure function, safe from any thread; nothing is allocated.</summary>
public static class Ascending
{
    /// <summary>How many values are below one, which is the place of the first that is not.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="values">[n], in ascending order, without NaN.</param>
    /// <param name="value">The value; none is below NaN.</param>
    public static int CountBelow<T>(ReadOnlySpan<T> values, T value)
        where T : struct, IComparisonOperators<T, T, bool>
    {
        int low = 0, high = values.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = values[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
