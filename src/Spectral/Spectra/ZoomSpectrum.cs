using System.Numerics.Tensors;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Spectra;

/// <summary>
/// Plan of the spectrum of n samples at evenly spaced frequencies of a band, however close together, by the chirp-z transform: where
/// a line stands between two bins, and how high, can be read off. It interpolates; what n samples do not resolve (lines nearer than about
/// fs/n, twice that with a Hann window) stays one hump. Immutable and safe to share between threads; nothing is allocated per window.
/// </summary>
public sealed class ZoomSpectrum
{
    private readonly ChirpZ _transform;
    private readonly float[] _scales;

    /// <summary>A plan.</summary>
    /// <param name="windowSamples">n ≥ 1 (2 with any window but the rectangular one).</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="lowHz">The first frequency, not negative.</param>
    /// <param name="highHz">The last frequency, above the first and at most half the sampling rate.</param>
    /// <param name="points">Frequencies, at least 2.</param>
    /// <param name="window">Weighting, in its periodic form.</param>
    /// <param name="parameter">β of Kaiser, α of Tukey.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public ZoomSpectrum(
        int windowSamples,
        double sampleRateHz,
        double lowHz,
        double highHz,
        int points,
        SpectrumWindow window = SpectrumWindow.Hann,
        double parameter = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, window == SpectrumWindow.Rectangular ? 1 : 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        if (!(sampleRateHz > 0 && double.IsFinite(sampleRateHz)))
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRateHz), sampleRateHz, "must be positive");
        }

        if (!(lowHz >= 0 && highHz > lowHz && highHz <= sampleRateHz / 2))
        {
            throw new ArgumentOutOfRangeException(
                nameof(lowHz), (lowHz, highHz), FormattableString.Invariant($"must rise within 0 and {sampleRateHz / 2} Hz"));
        }

        WindowSamples = windowSamples;
        SampleRateHz = sampleRateHz;
        LowHz = lowHz;
        PointHz = (highHz - lowHz) / (points - 1);
        double[] weights = WindowWeights.Exact(window, windowSamples, parameter, symmetric: false);
        _transform = new ChirpZ(weights, points, lowHz / sampleRateHz, PointHz / sampleRateHz);
        double sum = weights.Sum();
        _scales = new float[points];
        Array.Fill(_scales, (float)(2 / sum));
        _scales[0] = lowHz == 0 ? (float)(1 / sum) : _scales[0];
        _scales[^1] = highHz == sampleRateHz / 2 ? (float)(1 / sum) : _scales[^1];
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples { get; }

    /// <summary>Sampling rate fs.</summary>
    public double SampleRateHz { get; }

    /// <summary>The first frequency.</summary>
    public double LowHz { get; }

    /// <summary>From one frequency to the next.</summary>
    public double PointHz { get; }

    /// <summary>Frequencies.</summary>
    public int PointCount => _scales.Length;

    /// <summary>Floats of scratch that either method asks for.</summary>
    public int ScratchLength => PointCount + _transform.WorkLength;

    /// <summary>The frequency of a point.</summary>
    public double PointToHz(int point) => LowHz + (point * PointHz);

    /// <summary>Σ w·x·e^(−2πi·f·i/fs) at every frequency f, unscaled. A NaN or infinite sample leaves none finite.</summary>
    /// <param name="samples">[n]; must not overlap the other spans.</param>
    /// <param name="real">[<see cref="PointCount"/>].</param>
    /// <param name="imaginary">[<see cref="PointCount"/>].</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Transform(ReadOnlySpan<float> samples, Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, WindowSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(real.Length, PointCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(imaginary.Length, PointCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        _transform.Transform(samples, real, imaginary, scratch);
    }

    /// <summary>
    /// Single-sided amplitudes, scaled as in <see cref="AmplitudeSpectrum"/>: a sine well away from 0 Hz and half the sampling rate reads
    /// its amplitude at its frequency. A NaN or infinite sample leaves none finite.
    /// </summary>
    /// <param name="samples">[n]; must not overlap the other spans. Take a large offset off first: its skirt reaches far.</param>
    /// <param name="amplitudes">[<see cref="PointCount"/>], in the unit of the samples.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Compute(ReadOnlySpan<float> samples, Span<float> amplitudes, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, WindowSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(amplitudes.Length, PointCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        Span<float> imaginary = scratch[..PointCount];
        _transform.Transform(samples, amplitudes, imaginary, scratch[PointCount..]);
        TensorPrimitives.Hypot(amplitudes, imaginary, amplitudes);
        TensorPrimitives.Multiply(amplitudes, _scales, amplitudes);
    }
}
