using Thrum.Spectral.Vectors;

namespace Thrum.Detector.Trends;

/// <summary>Order statistics in place. Allocates nothing.</summary>
internal static class Ranks
{
    /// <summary>The median; reorders the values.</summary>
    public static double Median(Span<double> values)
    {
        int middle = values.Length / 2;
        double upper = Select(values, middle);
        if (values.Length % 2 == 1)
        {
            return upper;
        }

        double lower = values[0];
        foreach (double value in values[..middle])
        {
            lower = Math.Max(lower, value);
        }

        return (lower + upper) / 2;
    }

    /// <summary>The value with so many before it in ascending order; reorders the values so that none before it is greater (C. A. R. Hoare, CACM 4, 1961).</summary>
    public static double Select(Span<double> values, int place)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            double pivot = values[low + ((high - low) / 2)];
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (place <= j)
            {
                high = j;
            }
            else if (place >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        return values[place];
    }

    /// <summary>The rank of each value from 1 on; equal ones share the mean of theirs.</summary>
    /// <param name="values">The values.</param>
    /// <param name="ranks">As many.</param>
    /// <param name="scratch">As many.</param>
    public static void Of(ReadOnlySpan<double> values, Span<double> ranks, Span<double> scratch)
    {
        values.CopyTo(scratch);
        scratch.Sort();
        for (int i = 0; i < values.Length; i++)
        {
            int first = Ascending.CountBelow(scratch, values[i]), end = first;
            while (end < scratch.Length && scratch[end] == values[i])
            {
                end++;
            }

            ranks[i] = (first + end + 1) / 2.0;
        }
    }
}
