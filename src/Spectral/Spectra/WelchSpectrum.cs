using System.Numerics.Tensors;
using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Spectra;

/// <summary>
/// Plan of Welch's averaged power spectrum: the mean of the power spectra of segments that start every hop samples; what is
/// left after the last whole segment is not used. Immutable and safe to share between threads; nothing is allocated per call.
/// </summary>
public sealed class WelchSpectrum
{
    private readonly PowerSpectrum _spectrum;

    /// <summary>A plan; defaults are those of most tools: Hann, mean removed, density.</summary>
    /// <param name="segmentSamples">Samples per segment, n ≥ 1; the bins are fs/n apart.</param>
    /// <param name="hopSamples">From one segment's start to the next's: 1 … n; n/2 suits a Hann window.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="window">Weighting, in its periodic form.</param>
    /// <param name="scale">Density or spectrum.</param>
    /// <param name="trend">What is taken off each segment first.</param>
    /// <param name="parameter">β of Kaiser, α of Tukey.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public WelchSpectrum(
        int segmentSamples,
        int hopSamples,
        double sampleRateHz,
        SpectrumWindow window = SpectrumWindow.Hann,
        PowerScale scale = PowerScale.Density,
        Trend trend = Trend.Mean,
        double parameter = 0)
    {
        _spectrum = new PowerSpectrum(segmentSamples, sampleRateHz, window, scale, trend, parameter);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hopSamples, segmentSamples);
        HopSamples = hopSamples;
    }

    /// <summary>Samples per segment n.</summary>
    public int SegmentSamples => _spectrum.WindowSamples;

    /// <summary>From one segment's start to the next's.</summary>
    public int HopSamples { get; }

    /// <summary>Sampling rate fs.</summary>
    public double SampleRateHz => _spectrum.SampleRateHz;

    /// <summary>Bins: n/2 + 1 (rounded down), fs/n apart.</summary>
    public int BinCount => _spectrum.BinCount;

    /// <summary>Floats of scratch that <see cref="Compute"/> asks for.</summary>
    public int ScratchLength => BinCount + _spectrum.ScratchLength;

    /// <summary>The frequency of a bin.</summary>
    public double BinToHz(int bin) => _spectrum.BinToHz(bin);

    /// <summary>Whole segments in so many samples.</summary>
    public int SegmentCount(int sampleCount) =>
        sampleCount < SegmentSamples ? 0 : ((sampleCount - SegmentSamples) / HopSamples) + 1;

    /// <summary>Mean power of the segments. A NaN or infinite sample within a segment leaves no bin finite.</summary>
    /// <param name="samples">At least one segment; must not overlap the other spans.</param>
    /// <param name="power">[<see cref="BinCount"/>].</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <returns>How many segments were averaged.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public int Compute(ReadOnlySpan<float> samples, Span<float> power, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, SegmentSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(power.Length, BinCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        int count = SegmentCount(samples.Length);
        power.Clear();
        for (int i = 0; i < count; i++)
        {
            _spectrum.Compute(samples.Slice(i * HopSamples, SegmentSamples), scratch[..BinCount], scratch[BinCount..]);
            TensorPrimitives.Add(power, scratch[..BinCount], power);
        }

        TensorPrimitives.Multiply(power, 1f / count, power);
        return count;
    }
}
