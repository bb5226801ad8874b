using System.Numerics;
using System.Runtime.InteropServices;

namespace Thrum.Detector.Quality;

/// <summary>Passes over samples that every one of them goes through: by their bits, several at a time.</summary>
internal static class SampleScan
{
    private const int Magnitude = 0x7FFF_FFFF;
    private const int Infinity = 0x7F80_0000;

    /// <summary>Whether all samples (at least one) are finite, and whether all are the same.</summary>
    public static (bool IsFinite, bool IsConstant) Of(ReadOnlySpan<float> samples)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(samples);
        int greatest = 0, different = 0, first = bits[0], i = 0;
        if (bits.Length >= Vector<int>.Count)
        {
            var magnitude = new Vector<int>(Magnitude);
            var firsts = new Vector<int>(first);
            Vector<int> greatests = Vector<int>.Zero, differents = Vector<int>.Zero;
            for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
            {
                var x = new Vector<int>(bits[i..]);
                greatests = Vector.Max(greatests, x & magnitude);
                differents |= x ^ firsts;
            }

            for (int lane = 0; lane < Vector<int>.Count; lane++)
            {
                greatest = Math.Max(greatest, greatests[lane]);
                different |= differents[lane];
            }
        }

        for (; i < bits.Length; i++)
        {
            greatest = Math.Max(greatest, bits[i] & Magnitude);
            different |= bits[i] ^ first;
        }

        return (greatest < Infinity, different == 0);
    }

    /// <summary>Number of samples that are at or below <paramref name="low"/>, or at or above <paramref name="high"/>.</summary>
    public static int CountOutside(ReadOnlySpan<float> samples, float low, float high)
    {
        Vector<float> lows = new(low), highs = new(high);
        Vector<int> counts = Vector<int>.Zero;
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // A true comparison is −1.
            var x = new Vector<float>(samples[i..]);
            counts -= Vector.LessThanOrEqual(x, lows) | Vector.GreaterThanOrEqual(x, highs);
        }

        int count = Vector.Sum(counts);
        for (; i < samples.Length; i++)
        {
            count += samples[i] <= low || samples[i] >= high ? 1 : 0;
        }

        return count;
    }
}
