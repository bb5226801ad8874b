using System.Numerics.Tensors;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Guards;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Spectra;

/// <summary>
/// Plan of the single-sided power spectrum of n samples: |Σ w·x·e^(…)|² over fs·Σw² (density) or (Σw)² (spectrum), doubled
/// but at DC and, for even n, Nyquist (P. D. Welch, "The use of fast Fourier transform for the estimation of power
/// spectra", 1967). Immutable and safe to share between threads; buffers are the caller's and nothing is allocated per window.
/// </summary>
public sealed class PowerSpectrum
{
    private readonly RealFft _fft;
    private readonly float[] _weights;
    private readonly float _scale;

    /// <summary>A plan for windows of <paramref name="windowSamples"/> samples.</summary>
    /// <param name="windowSamples">n ≥ 1.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="window">Weighting, in its periodic form.</param>
    /// <param name="scale">Density or spectrum.</param>
    /// <param name="trend">What is taken off each window first.</param>
    /// <param name="parameter">β of Kaiser, α of Tukey.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range, or all weights are 0.</exception>
    public PowerSpectrum(
        int windowSamples,
        double sampleRateHz,
        SpectrumWindow window = SpectrumWindow.Hann,
        PowerScale scale = PowerScale.Density,
        Trend trend = Trend.Mean,
        double parameter = 0)
    {
        Finite.ThrowIfNotPositive(sampleRateHz);
        WindowWeights weights = new(window, windowSamples, parameter);
        double divisor = scale == PowerScale.Density
            ? sampleRateHz * windowSamples * weights.PowerGain
            : Math.Pow(windowSamples * weights.CoherentGain, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(divisor, nameof(windowSamples));
        _fft = RealFft.Get(windowSamples);
        _weights = weights.Weights.ToArray();
        _scale = (float)(1 / divisor);
        SampleRateHz = sampleRateHz;
        Trend = trend;
        Scale = scale;
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples => _fft.Length;

    /// <summary>Sampling rate fs.</summary>
    public double SampleRateHz { get; }

    /// <summary>What is taken off each window first.</summary>
    public Trend Trend { get; }

    /// <summary>Density or spectrum.</summary>
    public PowerScale Scale { get; }

    /// <summary>Bins: n/2 + 1 (rounded down), fs/n apart.</summary>
    public int BinCount => _fft.SpectrumLength;

    /// <summary>Floats of scratch that <see cref="Compute"/> asks for.</summary>
    public int ScratchLength => WindowSamples + (2 * BinCount) + _fft.ScratchLength;

    /// <summary>The frequency of a bin.</summary>
    public double BinToHz(int bin) => bin * SampleRateHz / WindowSamples;

    /// <summary>Power of one window. A NaN or infinite sample leaves no bin finite.</summary>
    /// <param name="samples">[n]; must not overlap the other spans.</param>
    /// <param name="power">[<see cref="BinCount"/>].</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Compute(ReadOnlySpan<float> samples, Span<float> power, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(power.Length, BinCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        Span<float> real = scratch.Slice(WindowSamples, BinCount);
        Span<float> imaginary = scratch.Slice(WindowSamples + BinCount, BinCount);
        Transform(samples, real, imaginary, scratch[..WindowSamples], scratch[(WindowSamples + (2 * BinCount))..]);
        TensorPrimitives.Multiply(real, real, power);
        TensorPrimitives.MultiplyAdd(imaginary, imaginary, power, power);
        float dc = power[0];
        float nyquist = power[^1];
        TensorPrimitives.Multiply(power, 2 * _scale, power);
        power[0] = dc * _scale;
        if (WindowSamples % 2 == 0)
        {
            power[^1] = nyquist * _scale;
        }
    }

    /// <summary>The unscaled half spectrum of the window, its trend removed and weighted.</summary>
    internal void Transform(
        ReadOnlySpan<float> samples, Span<float> real, Span<float> imaginary, Span<float> weighted, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, WindowSamples);
        Detrend.Remove(Trend, samples, weighted);
        TensorPrimitives.Multiply(weighted, _weights, weighted);
        _fft.Forward(weighted, real, imaginary, scratch);
    }
}
