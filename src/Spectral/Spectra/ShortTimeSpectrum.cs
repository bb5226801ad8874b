using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Spectra;

/// <summary>
/// Plan of the short-time Fourier transform: one half spectrum per frame, frames starting every hop samples from sample 0,
/// without padding. Frame f stands for the time (f·hop + n/2)/fs. Immutable and safe to share between threads.
/// </summary>
public sealed class ShortTimeSpectrum
{
    private readonly PowerSpectrum _spectrum;

    /// <summary>A plan.</summary>
    /// <param name="windowSamples">Samples per frame, n ≥ 1.</param>
    /// <param name="hopSamples">From one frame's start to the next's, at least 1.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="window">Weighting, in its periodic form.</param>
    /// <param name="scale">What <see cref="Power"/> is referred to.</param>
    /// <param name="trend">What is taken off each frame first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public ShortTimeSpectrum(
        int windowSamples,
        int hopSamples,
        double sampleRateHz,
        SpectrumWindow window = SpectrumWindow.Hann,
        PowerScale scale = PowerScale.Density,
        Trend trend = Trend.None)
    {
        _spectrum = new PowerSpectrum(windowSamples, sampleRateHz, window, scale, trend);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        HopSamples = hopSamples;
    }

    /// <summary>Samples per frame n.</summary>
    public int WindowSamples => _spectrum.WindowSamples;

    /// <summary>From one frame's start to the next's.</summary>
    public int HopSamples { get; }

    /// <summary>Bins per frame: n/2 + 1 (rounded down).</summary>
    public int BinCount => _spectrum.BinCount;

    /// <summary>Floats of scratch that either method asks for.</summary>
    public int ScratchLength => _spectrum.ScratchLength;

    /// <summary>Whole frames in so many samples.</summary>
    public int FrameCount(int sampleCount) => sampleCount < WindowSamples ? 0 : ((sampleCount - WindowSamples) / HopSamples) + 1;

    /// <summary>The frequency of a bin.</summary>
    public double BinToHz(int bin) => _spectrum.BinToHz(bin);

    /// <summary>The time of a frame's middle from the first sample.</summary>
    public double FrameToSeconds(int frame) =>
        ((frame * (double)HopSamples) + (WindowSamples / 2.0)) / _spectrum.SampleRateHz;

    /// <summary>Spectrogram: single-sided power of every frame. A frame with a NaN or infinite sample has no finite bin.</summary>
    /// <param name="samples">[any]; must not overlap the other spans.</param>
    /// <param name="power">At least [<see cref="FrameCount"/> × <see cref="BinCount"/>], frame by frame.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <returns>Frames written.</returns>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public int Power(ReadOnlySpan<float> samples, Span<float> power, Span<float> scratch)
    {
        int frames = FrameCount(samples.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(power.Length, (long)frames * BinCount, nameof(power));
        for (int frame = 0; frame < frames; frame++)
        {
            _spectrum.Compute(samples.Slice(frame * HopSamples, WindowSamples), power.Slice(frame * BinCount, BinCount), scratch);
        }

        return frames;
    }

    /// <summary>Complex spectra Σ w·x·e^(−2πi·ik/n) of every frame, unscaled.</summary>
    /// <param name="samples">[any]; must not overlap the other spans.</param>
    /// <param name="real">At least [<see cref="FrameCount"/> × <see cref="BinCount"/>], frame by frame.</param>
    /// <param name="imaginary">As <paramref name="real"/>.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <returns>Frames written.</returns>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public int Transform(ReadOnlySpan<float> samples, Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        int frames = FrameCount(samples.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(real.Length, (long)frames * BinCount, nameof(real));
        ArgumentOutOfRangeException.ThrowIfLessThan(imaginary.Length, (long)frames * BinCount, nameof(imaginary));
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        for (int frame = 0; frame < frames; frame++)
        {
            _spectrum.Transform(
                samples.Slice(frame * HopSamples, WindowSamples),
                real.Slice(frame * BinCount, BinCount),
                imaginary.Slice(frame * BinCount, BinCount),
                scratch[..WindowSamples],
                scratch[WindowSamples..]);
        }

        return frames;
    }
}
