using System.Numerics.Tensors;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Guards;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Units;

/// <summary>
/// Plan that turns n samples of acceleration, velocity or displacement into another of them, within a band: every bin is
/// multiplied by (2πif)^k, k from −2 (acceleration to displacement) to 2, and bins outside the band are set to 0. The window counts
/// as periodic, so its ends are not to be trusted for about one period of the lower edge. Immutable and safe to share between
/// threads; nothing is allocated per window.
/// </summary>
public sealed class MotionConverter
{
    private readonly RealFft _fft;
    private readonly float[] _gains;
    private readonly int _quarterTurns;

    /// <summary>A plan.</summary>
    /// <param name="windowSamples">n ≥ 2.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="from">Unit of the samples.</param>
    /// <param name="to">Unit of the output.</param>
    /// <param name="lowHz">Lower edge, positive: below it integration would blow up the sensor's drift.</param>
    /// <param name="highHz">Upper edge, above the lower one; what is beyond half the sampling rate does not exist.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range, or no bin lies in the band.</exception>
    public MotionConverter(int windowSamples, double sampleRateHz, VibrationUnit from, VibrationUnit to, double lowHz, double highHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 2);
        Finite.ThrowIfNotPositive(sampleRateHz);
        Finite.ThrowIfNotPositive(lowHz);
        Finite.ThrowIfNaN(highHz);
        _fft = RealFft.Get(windowSamples);
        _gains = new float[_fft.SpectrumLength];
        int derivatives = VibrationUnits.Derivative(to) - VibrationUnits.Derivative(from);
        double units = VibrationUnits.ToSi(from) / VibrationUnits.ToSi(to);
        double binHz = sampleRateHz / windowSamples;
        int first = (int)Math.Ceiling((lowHz / binHz) - 1e-9);
        int last = (int)Math.Min(Math.Floor((highHz / binHz) + 1e-9), _fft.SpectrumLength - 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first, nameof(highHz));
        for (int k = Math.Max(1, first); k <= last; k++)
        {
            _gains[k] = (float)(units * Math.Pow(2 * Math.PI * k * binHz, derivatives));
        }

        _quarterTurns = (derivatives + 4) % 4;
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples => _fft.Length;

    /// <summary>Floats of scratch that <see cref="Convert"/> asks for.</summary>
    public int ScratchLength => WindowSamples + (2 * _fft.SpectrumLength) + _fft.ScratchLength;

    /// <summary>Converts one window. A NaN or infinite sample makes all of the output NaN.</summary>
    /// <param name="samples">[n]; must not overlap the scratch.</param>
    /// <param name="output">[n]; may be the samples themselves.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Convert(ReadOnlySpan<float> samples, Span<float> output, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, WindowSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, WindowSamples);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        int bins = _fft.SpectrumLength;
        Span<float> real = scratch.Slice(WindowSamples, bins);
        Span<float> imaginary = scratch.Slice(WindowSamples + bins, bins);
        Span<float> rest = scratch[(WindowSamples + (2 * bins))..];
        Detrend.Remove(Trend.Mean, samples, scratch[..WindowSamples]);
        _fft.Forward(scratch[..WindowSamples], real, imaginary, rest);
        TensorPrimitives.Multiply(real, _gains, real);
        TensorPrimitives.Multiply(imaginary, _gains, imaginary);

        // iᵏ·(re + i·im): each quarter turn makes (re, im) to (−im, re).
        if (_quarterTurns >= 2)
        {
            TensorPrimitives.Negate(real, real);
            TensorPrimitives.Negate(imaginary, imaginary);
        }

        if (_quarterTurns % 2 == 1)
        {
            TensorPrimitives.Negate(imaginary, imaginary);
            _fft.Inverse(imaginary, real, output, rest);
        }
        else
        {
            _fft.Inverse(real, imaginary, output, rest);
        }
    }
}
