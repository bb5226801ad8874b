using System.Numerics;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Guards;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Envelopes;

/// <summary>
/// Plan of the squared envelope spectrum of a band of n samples (R. B. Randall, J. Antoni, "Rolling element bearing diagnostics -
/// a tutorial", MSSP 25, 2011): band-pass, Hilbert transform, squared envelope at a lower rate, mean removed, Hann window,
/// single-sided amplitudes. The lines of a bearing defect stand at its frequency and multiples, in bins of fs/n.
/// Immutable and safe to share between threads; nothing is allocated per window.
/// </summary>
public sealed class EnvelopeSpectrum
{
    private readonly RealFft _fft;
    private readonly FftCore _band;
    private readonly AmplitudeSpectrum _spectrum;
    private readonly int _firstBin;
    private readonly int _bandBins;

    /// <summary>A plan.</summary>
    /// <param name="windowSamples">n, at least 16.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="lowHz">Lower edge of the band, not negative.</param>
    /// <param name="highHz">Upper edge, at most half the sampling rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range, or the band has fewer than 4 bins.</exception>
    public EnvelopeSpectrum(int windowSamples, double sampleRateHz, double lowHz, double highHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 16);
        Finite.ThrowIfNotPositive(sampleRateHz);
        Finite.ThrowIfNegative(lowHz);
        Finite.ThrowIfNotPositive(highHz);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(highHz, sampleRateHz / 2);
        _fft = RealFft.Get(windowSamples);
        _firstBin = Math.Max(1, (int)Math.Ceiling(lowHz * windowSamples / sampleRateHz));
        int last = Math.Min((int)Math.Floor(highHz * windowSamples / sampleRateHz), _fft.SpectrumLength - 1);
        _bandBins = last - _firstBin + 1;
        if (!(_bandBins >= 4))
        {
            throw new ArgumentOutOfRangeException(
                nameof(highHz),
                highHz,
                FormattableString.Invariant($"the band from {lowHz} Hz must hold at least 4 bins of {sampleRateHz / windowSamples} Hz"));
        }

        // The squared envelope reaches up to the band's width, so twice as many samples as bins hold it.
        int length = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * _bandBins));
        _band = FftCore.Get(length);
        _spectrum = new AmplitudeSpectrum(length, SpectrumWindow.Hann);
        SampleRateHz = sampleRateHz;
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples => _fft.Length;

    /// <summary>Sampling rate fs of the samples.</summary>
    public double SampleRateHz { get; }

    /// <summary>Lower edge of the band, on a bin.</summary>
    public double LowHz => _firstBin * BinHz;

    /// <summary>Upper edge of the band, on a bin.</summary>
    public double HighHz => (_firstBin + _bandBins - 1) * BinHz;

    /// <summary>Width of a bin: fs/n.</summary>
    public double BinHz => SampleRateHz / WindowSamples;

    /// <summary>Bins from 0 to the width of the band; beyond that a squared envelope has nothing.</summary>
    public int BinCount => _bandBins;

    /// <summary>Samples of the squared envelope over the time of the window.</summary>
    public int EnvelopeSamples => _band.Length;

    /// <summary>Floats of scratch that the methods ask for.</summary>
    public int ScratchLength => Head + Tail + EnvelopeSamples;

    /// <summary>The centred window and its half spectrum.</summary>
    private int Head => WindowSamples + (2 * _fft.SpectrumLength);

    /// <summary>What the longest of the three transforms works in.</summary>
    private int Tail => Math.Max(
        _fft.ScratchLength, Math.Max((2 * EnvelopeSamples) + _band.WorkLength, _spectrum.BinCount + _spectrum.ScratchLength));

    /// <summary>The squared envelope of the band, evenly over the window. A NaN sample makes all NaN.</summary>
    /// <param name="samples">[n]; must not overlap the other spans.</param>
    /// <param name="squared">[<see cref="EnvelopeSamples"/>], in the samples' unit squared.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void SquaredEnvelope(ReadOnlySpan<float> samples, Span<float> squared, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, WindowSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(squared.Length, EnvelopeSamples);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        Span<float> centred = scratch[..WindowSamples];
        Span<float> real = scratch.Slice(WindowSamples, _fft.SpectrumLength);
        Span<float> imaginary = scratch.Slice(WindowSamples + _fft.SpectrumLength, _fft.SpectrumLength);
        Span<float> rest = scratch.Slice(Head, Tail);
        Detrend.Remove(Trend.Mean, samples, centred);
        _fft.Forward(centred, real, imaginary, rest);
        BandDemodulator.SquaredEnvelope(
            real.Slice(_firstBin, _bandBins), imaginary.Slice(_firstBin, _bandBins), WindowSamples, _band, squared, rest);
    }

    /// <summary>Amplitudes of the squared envelope about its mean.</summary>
    /// <param name="samples">[n]; must not overlap the other spans.</param>
    /// <param name="amplitudes">[<see cref="BinCount"/>], in the samples' unit squared; bin k is at k·fs/n.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <returns>The mean squared envelope, twice the mean square of the band: amplitude over it is the depth of modulation.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public float Compute(ReadOnlySpan<float> samples, Span<float> amplitudes, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(amplitudes.Length, BinCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        Span<float> squared = scratch.Slice(Head + Tail, EnvelopeSamples);
        SquaredEnvelope(samples, squared, scratch);
        double sum = 0;
        foreach (float value in squared)
        {
            sum += value;
        }

        float mean = (float)(sum / squared.Length);
        Detrend.Remove(Trend.Mean, squared, squared);
        Span<float> all = scratch.Slice(Head, _spectrum.BinCount);
        _spectrum.Compute(squared, all, scratch.Slice(Head + _spectrum.BinCount, _spectrum.ScratchLength));
        all[.._bandBins].CopyTo(amplitudes);
        return mean;
    }
}
