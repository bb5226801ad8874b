using System.Numerics.Tensors;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Spectra;

/// <summary>
/// Plan of the single-sided amplitude spectrum of n samples: |X[k]|·2/n, and |X[k]|/n at DC and, for even n, Nyquist, so a
/// sine of amplitude A on a bin reads A in the samples' unit. A window is divided out by its coherent gain (its mean).
/// Immutable and safe to share between threads; buffers are the caller's.
/// </summary>
public sealed class AmplitudeSpectrum
{
    private readonly RealFft _fft;
    private readonly float[]? _weights;

    /// <summary>A plan for windows of <paramref name="windowSamples"/> samples.</summary>
    /// <param name="windowSamples">n ≥ 1 (2 with any window but the rectangular one).</param>
    /// <param name="window">Weighting, in its periodic form.</param>
    /// <param name="parameter">β of Kaiser, α of Tukey.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few samples, or the parameter does not suit the window.</exception>
    public AmplitudeSpectrum(int windowSamples, SpectrumWindow window = SpectrumWindow.Rectangular, double parameter = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, window == SpectrumWindow.Rectangular ? 1 : 2);
        _fft = RealFft.Get(windowSamples);
        Window = window;
        _weights = window == SpectrumWindow.Rectangular ? null : WeightsOverGain(windowSamples, window, parameter);
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples => _fft.Length;

    /// <summary>The weighting in use.</summary>
    public SpectrumWindow Window { get; }

    /// <summary>Bins: n/2 + 1 (rounded down).</summary>
    public int BinCount => _fft.SpectrumLength;

    /// <summary>Floats of scratch that <see cref="Compute"/> asks for.</summary>
    public int ScratchLength => WindowSamples + (2 * BinCount) + _fft.ScratchLength;

    /// <summary>The frequency of a bin.</summary>
    public double BinToHz(int bin, double sampleRateHz) => bin * sampleRateHz / WindowSamples;

    /// <summary>The bin nearest to a frequency, kept within the spectrum.</summary>
    public int HzToBin(double frequencyHz, double sampleRateHz) =>
        (int)Math.Clamp(Math.Round(frequencyHz * WindowSamples / sampleRateHz), 0, BinCount - 1);

    /// <summary>Amplitudes of one window. A NaN or infinite sample leaves no bin finite.</summary>
    /// <param name="samples">[n]; must not overlap the other spans.</param>
    /// <param name="amplitudes">[<see cref="BinCount"/>], in the unit of the samples.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Compute(ReadOnlySpan<float> samples, Span<float> amplitudes, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, WindowSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(amplitudes.Length, BinCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        Span<float> weighted = scratch[..WindowSamples];
        Span<float> real = scratch.Slice(WindowSamples, BinCount);
        Span<float> imaginary = scratch.Slice(WindowSamples + BinCount, BinCount);
        if (_weights is not null)
        {
            TensorPrimitives.Multiply(samples, _weights, weighted);
            samples = weighted;
        }

        _fft.Forward(samples, real, imaginary, scratch[(WindowSamples + (2 * BinCount))..]);
        SingleSided(real, imaginary, amplitudes);
    }

    private void SingleSided(Span<float> real, Span<float> imaginary, Span<float> amplitudes)
    {
        TensorPrimitives.Multiply(real, real, amplitudes);
        TensorPrimitives.MultiplyAdd(imaginary, imaginary, amplitudes, amplitudes);
        TensorPrimitives.Sqrt(amplitudes, amplitudes);
        float dc = amplitudes[0];
        float nyquist = amplitudes[^1];
        TensorPrimitives.Multiply(amplitudes, 2f / WindowSamples, amplitudes);
        amplitudes[0] = dc / WindowSamples;
        if (WindowSamples % 2 == 0)
        {
            amplitudes[^1] = nyquist / WindowSamples;
        }
    }

    private static float[] WeightsOverGain(int length, SpectrumWindow window, double parameter)
    {
        double[] weights = WindowWeights.Exact(window, length, parameter, symmetric: false);
        double gain = weights.Average();
        return [.. weights.Select(weight => (float)(weight / gain))];
    }
}
