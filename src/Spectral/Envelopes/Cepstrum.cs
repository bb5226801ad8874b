using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Envelopes;

/// <summary>
/// Plan of the real cepstrum, the inverse transform of ln|X| (A. V. Oppenheim, R. W. Schafer, "Discrete-Time Signal
/// Processing"): a family of lines a frequency Δ apart becomes one peak at quefrency 1/Δ. Magnitudes below 10⁻⁷ of the
/// greatest count as that, so that an empty bin does not rule the result. Immutable and safe to share between threads;
/// nothing is allocated per window.
/// </summary>
public sealed class Cepstrum
{
    private const float Least = 1e-7f;

    private readonly RealFft _fft;

    /// <summary>A plan for windows of <paramref name="windowSamples"/> samples.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no samples.</exception>
    public Cepstrum(int windowSamples) => _fft = RealFft.Get(windowSamples);

    /// <summary>Samples n.</summary>
    public int WindowSamples => _fft.Length;

    /// <summary>Quefrencies 0 … n/2, one sampling interval apart; the rest mirrors them.</summary>
    public int QuefrencyCount => _fft.SpectrumLength;

    /// <summary>Floats of scratch that <see cref="Compute"/> asks for.</summary>
    public int ScratchLength => WindowSamples + (2 * _fft.SpectrumLength) + _fft.ScratchLength;

    /// <summary>The cepstrum of one window, of which silence gives all 0 and a NaN or infinite sample all NaN.</summary>
    /// <param name="samples">[n], best with a window function applied; must not overlap the other spans.</param>
    /// <param name="cepstrum">[<see cref="QuefrencyCount"/>], in nepers.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Compute(ReadOnlySpan<float> samples, Span<float> cepstrum, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cepstrum.Length, QuefrencyCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        Span<float> whole = scratch[..WindowSamples];
        Span<float> real = scratch.Slice(WindowSamples, QuefrencyCount);
        Span<float> imaginary = scratch.Slice(WindowSamples + QuefrencyCount, QuefrencyCount);
        Span<float> rest = scratch[(WindowSamples + (2 * QuefrencyCount))..];
        _fft.Forward(samples, real, imaginary, rest);
        double greatest = 0;
        for (int k = 0; k < real.Length; k++)
        {
            real[k] = float.Hypot(real[k], imaginary[k]);
            greatest = Math.Max(greatest, real[k]);
        }

        if (greatest == 0)
        {
            cepstrum.Clear();
            return;
        }

        for (int k = 0; k < real.Length; k++)
        {
            real[k] = (float)Math.Log(Math.Max(real[k], Least * greatest));
        }

        imaginary.Clear();
        _fft.Inverse(real, imaginary, whole, rest);
        whole[..QuefrencyCount].CopyTo(cepstrum);
    }
}
