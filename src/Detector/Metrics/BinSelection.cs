using System.Globalization;
using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Bins of a single-sided spectrum, by index, by frequency or by machine order, a multiple of the shaft's frequency:
/// <c>2,10,20</c>, <c>3..12</c>, <c>120Hz</c>, <c>120Hz..180Hz</c>, <c>1x</c>, <c>2.5x..3.5x</c>. Immutable.
/// </summary>
public sealed class BinSelection
{
    private readonly IReadOnlyList<BinRange> _ranges;

    internal BinSelection(IReadOnlyList<BinRange> ranges) => _ranges = ranges;

    /// <summary>True when a bin is given by machine order, so that <see cref="Resolve"/> needs the shaft's frequency.</summary>
    public bool NeedsShaft => _ranges.Any(range => range.Unit == BinUnit.Order);

    /// <summary>The bin indices for a window, ascending and distinct, each within 0..windowSamples/2.</summary>
    /// <param name="windowSamples">Samples per window.</param>
    /// <param name="sampleRateHz">Sampling rate.</param>
    /// <param name="shaftHz">Revolutions of the shaft per second, for bins by machine order; null when it is not known.</param>
    /// <exception cref="FormatException">A bin lies beyond the Nyquist frequency, a band holds no bin, or an order is given without a shaft's frequency.</exception>
    public int[] Resolve(int windowSamples, double sampleRateHz, double? shaftHz = null)
    {
        var bins = new SortedSet<int>();
        foreach (BinRange range in _ranges)
        {
            if (range.Unit == BinUnit.Order && shaftHz is null)
            {
                throw new FormatException($"fft({Text(range)}) expected the shaft's frequency to be known (thrum.shaft), found none");
            }

            if (!range.TryResolve(windowSamples, sampleRateHz, shaftHz ?? double.NaN, out (int First, int Last) found))
            {
                throw new FormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"fft({Text(range)}) expected bins within 0..{windowSamples / 2} (0..{sampleRateHz / 2:0.###} Hz in steps of {sampleRateHz / windowSamples:0.###} Hz), found {found.First}..{found.Last}"));
            }

            bins.UnionWith(Enumerable.Range(found.First, found.Last - found.First + 1));
        }

        return [.. bins];
    }

    private static string Text(BinRange range)
    {
        string unit = range.Unit switch { BinUnit.Hertz => "Hz", BinUnit.Order => "x", _ => "" };
        string first = string.Create(CultureInfo.InvariantCulture, $"{range.From}{unit}");
        return range.IsBand ? string.Create(CultureInfo.InvariantCulture, $"{first}..{range.To}{unit}") : first;
    }
}
