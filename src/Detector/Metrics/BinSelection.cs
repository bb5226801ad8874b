using System.Globalization;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Bins of a single-sided spectrum, by index, by frequency or by machine order, a multiple of the shaft's frequency:
/// <c>2,10,20</c>, <c>3..12</c>, <c>120Hz</c>, <c>120Hz..180Hz</c>, <c>1x</c>, <c>2.5x..3.5x</c>. Immutable.
/// </summary>
public sealed class BinSelection
{
    private readonly IReadOnlyList<Range> _ranges;

    internal BinSelection(IReadOnlyList<Range> ranges) => _ranges = ranges;

    /// <summary>True when a bin is given by machine order, so that <see cref="Resolve"/> needs the shaft's frequency.</summary>
    public bool NeedsShaft => _ranges.Any(range => range.Unit == BinUnit.Order);

    /// <summary>The bin indices for a window, ascending and distinct, each within 0..windowSamples/2.</summary>
    /// <param name="windowSamples">Samples per window.</param>
    /// <param name="sampleRateHz">Sampling rate.</param>
    /// <param name="shaftHz">Revolutions of the shaft per second, for bins by machine order; null when it is not known.</param>
    /// <exception cref="FormatException">A bin lies beyond the Nyquist frequency, a band holds no bin, or an order is given without a shaft's frequency.</exception>
    public int[] Resolve(int windowSamples, double sampleRateHz, double? shaftHz = null)
    {
        int nyquist = windowSamples / 2;
        double binHz = sampleRateHz / windowSamples;
        var bins = new SortedSet<int>();
        foreach (Range range in _ranges)
        {
            double binsPerUnit = range.Unit switch
            {
                BinUnit.Index => 1,
                BinUnit.Hertz => 1 / binHz,
                _ => (shaftHz ?? throw new FormatException($"fft({range}) expected the shaft's frequency to be known (thrum.shaft), found none")) / binHz,
            };
            (int first, int last) = range.ToBins(binsPerUnit);
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
    internal sealed record Range(double From, double To, BinUnit Unit, bool IsBand)
    {
        /// <summary>A single frequency takes its nearest bin; a band takes the bins inside it.</summary>
        public (int First, int Last) ToBins(double binsPerUnit) => IsBand
            ? ((int)Math.Ceiling((From * binsPerUnit) - 1e-9), (int)Math.Floor((To * binsPerUnit) + 1e-9))
            : ((int)Math.Round(From * binsPerUnit), (int)Math.Round(From * binsPerUnit));

        public override string ToString()
        {
            string unit = Unit switch { BinUnit.Hertz => "Hz", BinUnit.Order => "x", _ => "" };
            string first = string.Create(CultureInfo.InvariantCulture, $"{From}{unit}");
            return IsBand ? string.Create(CultureInfo.InvariantCulture, $"{first}..{To}{unit}") : first;
        }
    }

    /// <summary>What the numbers of a range count.</summary>
    internal enum BinUnit
    {
        Index,
        Hertz,
        Order,
    }
}
