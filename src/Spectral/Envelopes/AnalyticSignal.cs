using System.Numerics.Tensors;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Envelopes;

/// <summary>
/// Plan of the Hilbert transform of n samples and of the envelope √(x² + H{x}²), through the spectrum: every positive
/// frequency is turned by −90°, DC and (even n) Nyquist are left out. The window counts as periodic, so its ends influence each
/// other. Immutable and safe to share between threads; nothing is allocated per window.
/// </summary>
public sealed class AnalyticSignal
{
    private readonly RealFft _fft;

    /// <summary>A plan for windows of <paramref name="windowSamples"/> samples.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no samples.</exception>
    public AnalyticSignal(int windowSamples) => _fft = RealFft.Get(windowSamples);

    /// <summary>Samples n.</summary>
    public int WindowSamples => _fft.Length;

    /// <summary>Floats of scratch that either method asks for.</summary>
    public int ScratchLength => (2 * _fft.SpectrumLength) + _fft.ScratchLength;

    /// <summary>The imaginary part of the analytic signal, whose real part is the samples. A NaN sample makes all NaN.</summary>
    /// <param name="samples">[n]; must not overlap the other spans.</param>
    /// <param name="quadrature">[n].</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Hilbert(ReadOnlySpan<float> samples, Span<float> quadrature, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        int bins = _fft.SpectrumLength;
        Span<float> real = scratch[..bins];
        Span<float> imaginary = scratch.Slice(bins, bins);
        Span<float> rest = scratch[(2 * bins)..];
        _fft.Forward(samples, real, imaginary, rest);

        // −i·(re + i·im) = im − i·re.
        TensorPrimitives.Negate(real, real);
        imaginary[0] = real[0] = 0;
        if (WindowSamples % 2 == 0)
        {
            imaginary[^1] = real[^1] = 0;
        }

        _fft.Inverse(imaginary, real, quadrature, rest);
    }

    /// <summary>The envelope, in the unit of the samples.</summary>
    /// <param name="samples">[n]; must not overlap the other spans.</param>
    /// <param name="envelope">[n].</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Envelope(ReadOnlySpan<float> samples, Span<float> envelope, Span<float> scratch)
    {
        Hilbert(samples, envelope, scratch);
        TensorPrimitives.Hypot(samples, envelope, envelope);
    }
}
