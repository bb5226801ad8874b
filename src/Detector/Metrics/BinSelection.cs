using System.Globalization;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Bins of a single-sided spectrum, by index or by frequency: <c>2,10,20</c>, <c>3..12</c>, <c>120Hz</c>, <c>120Hz..180Hz</c>. Immutable.
/// </summary>
public sealed class BinSelection
{
    private readonly IReadOnlyList<Range> _ranges;

    internal BinSelection(IReadOnlyList<Range> ranges) => _ranges = ranges;

    /// <summary>The bin indices for a window, ascending and distinct, each within 0..windowSamples/2.</summary>
    /// <exception cref="FormatException">A bin lies beyond the Nyquist frequency, or a band holds no bin.</exception>
    public int[] Resolve(int windowSamples, double sampleRateHz)
    {
        int nyquist = windowSamples / 2;
        double binHz = sampleRateHz / windowSamples;
        var bins = new SortedSet<int>();
        foreach (Range range in _ranges)
        {
            (int first, int last) = range.InHz ? range.ToBins(binHz) : ((int)range.From, (int)range.To);
            if (first < 0 || last > nyquist || first > last)
            {
                throw new FormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"fft({range}) expected bins within 0..{nyquist} (0..{sampleRateHz / 2:0.###} Hz in steps of {binHz:0.###} Hz), found {first}..{last}"));
            }

            bins.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. bins];
    }

    /// <summary>One entry of the list: a single bin or a closed range.</summary>
    internal sealed record Range(double From, double To, bool InHz, bool IsBand)
    {
        /// <summary>A single frequency takes its nearest bin; a band takes the bins inside it.</summary>
        public (int First, int Last) ToBins(double binHz) => IsBand
            ? ((int)Math.Ceiling((From / binHz) - 1e-9), (int)Math.Floor((To / binHz) + 1e-9))
            : ((int)Math.Round(From / binHz), (int)Math.Round(From / binHz));

        public override string ToString()
        {
            string unit = InHz ? "Hz" : "";
            string first = string.Create(CultureInfo.InvariantCulture, $"{From}{unit}");
            return IsBand ? string.Create(CultureInfo.InvariantCulture, $"{first}..{To}{unit}") : first;
        }
    }
}
