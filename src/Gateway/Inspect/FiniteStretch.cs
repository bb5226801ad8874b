using static System.FormattableString;

namespace Thrum.Gateway.Inspect;

/// <summary>The longest stretch of a recording without a sample that is missing or not finite.</summary>
/// <param name="Start">Its first sample.</param>
/// <param name="Length">Its samples.</param>
/// <param name="NonFinite">Samples of the recording that are missing or not finite.</param>
/// <param name="Recorded">Samples of the recording.</param>
internal readonly record struct FiniteStretch(int Start, int Length, int NonFinite, int Recorded)
{
    public static FiniteStretch Of(ReadOnlySpan<float> samples)
    {
        int nonFinite = 0, start = 0, best = 0, bestStart = 0;
        for (int i = 0; i <= samples.Length; i++)
        {
            if (i < samples.Length && float.IsFinite(samples[i]))
            {
                continue;
            }

            if (i - start > best)
            {
                (best, bestStart) = (i - start, start);
            }

            start = i + 1;
            nonFinite += i < samples.Length ? 1 : 0;
        }

        return new FiniteStretch(bestStart, best, nonFinite, samples.Length);
    }

    public override string ToString() => Invariant($"{NonFinite} of {Recorded} samples are not finite; the longest stretch without one has {Length}, from sample {Start} on");
}
