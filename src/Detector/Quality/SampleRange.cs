using System.Numerics;

namespace Thrum.Detector.Quality;

/// <summary>Least and greatest of some samples.</summary>
/// <param name="Low">The least; meaningless when they are not all finite.</param>
/// <param name="High">The greatest.</param>
/// <param name="IsFinite">False when one is NaN or infinite.</param>
internal readonly record struct SampleRange(float Low, float High, bool IsFinite)
{
    /// <summary>The range of at least one sample, in one pass.</summary>
    public static SampleRange Of(ReadOnlySpan<float> samples)
    {
        float low = samples[0], high = samples[0], odd = 0;
        int i = 0;
        if (samples.Length >= Vector<float>.Count)
        {
            var lows = new Vector<float>(samples);
            Vector<float> highs = lows, odds = lows - lows;
            for (i = Vector<float>.Count; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var x = new Vector<float>(samples[i..]);
                lows = Vector.Min(lows, x);
                highs = Vector.Max(highs, x);

                // x − x is 0 for finite x and NaN otherwise, and NaN stays in the sum.
                odds += x - x;
            }

            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                low = Math.Min(low, lows[lane]);
                high = Math.Max(high, highs[lane]);
            }

            odd = Vector.Sum(odds);
        }

        for (; i < samples.Length; i++)
        {
            low = Math.Min(low, samples[i]);
            high = Math.Max(high, samples[i]);
            odd += samples[i] - samples[i];
        }

        return new SampleRange(low, high, odd == 0);
    }
}
