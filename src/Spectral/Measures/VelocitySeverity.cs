using Thrum.Spectral.Guards;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Measures;

/// <summary>
/// Plan of the RMS velocity of acceleration samples within a band, by default the 10 to 1000 Hz of ISO 20816-1: the integral
/// of the power spectrum (Hann, mean removed) over (2πf)². The spread of a line by the window, which 1/f² would overrate by
/// (Δ/f)², is allowed for: a steady sine reads right to 0.1 % from ten bins up. Immutable and safe to share between threads;
/// nothing is allocated per window.
/// </summary>
public sealed class VelocitySeverity
{
    private readonly PowerSpectrum _spectrum;
    private readonly double[] _weights;
    private readonly int _first;

    /// <summary>A plan.</summary>
    /// <param name="windowSamples">n; ten periods of the lower edge or more are advised, four are the least.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="unit">Unit of the samples, an acceleration.</param>
    /// <param name="lowHz">Lower edge.</param>
    /// <param name="highHz">Upper edge; what is beyond half the sampling rate does not exist.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is out of range, or the window holds less than four periods of the lower edge.
    /// </exception>
    public VelocitySeverity(int windowSamples, double sampleRateHz, VibrationUnit unit, double lowHz = 10, double highHz = 1000)
    {
        _spectrum = new PowerSpectrum(windowSamples, sampleRateHz);
        if (VibrationUnits.Derivative(unit) != 2)
        {
            throw new ArgumentOutOfRangeException(nameof(unit), unit, "must be a unit of acceleration");
        }

        double binHz = sampleRateHz / windowSamples;
        Finite.ThrowIfNotPositive(lowHz);
        Finite.ThrowIfNaN(highHz);
        ArgumentOutOfRangeException.ThrowIfLessThan(lowHz, 4 * binHz);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(highHz, lowHz);

        // A line on an edge counts in full: its main lobe reaches one bin beyond.
        _first = (int)Math.Ceiling((lowHz / binHz) - 1e-9) - 1;
        int last = (int)Math.Min(Math.Floor((highHz / binHz) + 1e-9) + 1, _spectrum.BinCount - 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, _first, nameof(highHz));
        _weights = new double[last - _first + 1];
        double toMillimetresPerSecond = VibrationUnits.ToSi(unit) / VibrationUnits.ToSi(VibrationUnit.MillimetresPerSecond);
        for (int i = 0; i < _weights.Length; i++)
        {
            int bin = _first + i;
            double perHz = toMillimetresPerSecond / (2 * Math.PI * bin * binHz);
            _weights[i] = binHz * perHz * perHz / (1 + (1.0 / bin / bin));
        }
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples => _spectrum.WindowSamples;

    /// <summary>Floats of scratch that <see cref="RmsMillimetresPerSecond"/> asks for.</summary>
    public int ScratchLength => _spectrum.BinCount + _spectrum.ScratchLength;

    /// <summary>RMS velocity of one window. NaN if a sample is NaN or infinite.</summary>
    /// <param name="samples">[n]; must not overlap the scratch.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public double RmsMillimetresPerSecond(ReadOnlySpan<float> samples, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        Span<float> power = scratch[.._spectrum.BinCount];
        _spectrum.Compute(samples, power, scratch[_spectrum.BinCount..]);
        double sum = 0;
        for (int i = 0; i < _weights.Length; i++)
        {
            sum += _weights[i] * power[_first + i];
        }

        return Math.Sqrt(sum);
    }
}
