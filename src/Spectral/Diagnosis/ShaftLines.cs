using Thrum.Spectral.Lines;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Diagnosis;

/// <summary>RMS velocities of lines, from a Hann amplitude spectrum of acceleration, velocity or displacement.</summary>
internal readonly ref struct ShaftLines
{
    // A Hann line's power is spread over its neighbours; their sum is 1.5 times that of the line.
    private const double NoiseBandwidth = 1.5;
    private const double LowHz = 10;
    private const double HighHz = 1000;

    // Fewer periods of the lower edge make no velocity.
    private const double LeastPeriods = 4;

    private readonly LineSpectrum _spectrum;
    private readonly double _toMmS;

    // Power of ω that makes a velocity of the amplitude: −1 for acceleration.
    private readonly int _power;

    public ShaftLines(LineSpectrum spectrum, VibrationUnit unit)
    {
        _spectrum = spectrum;
        _toMmS = VibrationUnits.ToSi(unit) / VibrationUnits.ToSi(VibrationUnit.MillimetresPerSecond);
        _power = 1 - VibrationUnits.Derivative(unit);
    }

    public double BinHz => _spectrum.BinHz;

    /// <summary>The line at a frequency: where it is, its RMS velocity and how far it stands out.</summary>
    public (SpectralLine Line, double RmsMmS) At(double frequencyHz)
    {
        SpectralLine line = _spectrum.LineNear(frequencyHz, Math.Max(_spectrum.BinHz, 0.002 * frequencyHz));
        int bin = (int)Math.Round(line.FrequencyHz / _spectrum.BinHz);
        return (line, Math.Sqrt(MeanSquare(bin - 2, bin + 2)));
    }

    /// <summary>
    /// Mean square velocity of all in 10 … 1000 Hz; NaN where the bins are too wide for its lower edge, or that is beyond the spectrum.
    /// </summary>
    public double TotalMeanSquare() => LowHz < LeastPeriods * _spectrum.BinHz || LowHz > (_spectrum.Amplitudes.Length - 1) * _spectrum.BinHz
        ? double.NaN
        : MeanSquare((int)Math.Ceiling(LowHz / _spectrum.BinHz) - 1, (int)Math.Floor(HighHz / _spectrum.BinHz) + 1);

    private double MeanSquare(int first, int last)
    {
        double sum = 0;
        for (int bin = Math.Max(1, first); bin <= last && bin < _spectrum.Amplitudes.Length; bin++)
        {
            double omega = 2 * Math.PI * bin * _spectrum.BinHz;
            double velocity = _toMmS * _spectrum.Amplitudes[bin] * Math.Pow(omega, _power);

            // The skirts of a line at bin b, weighted by ω², add 1/b² to acceleration's and 1/3b² to displacement's.
            double skirts = 1 + (_power == 0 ? 0 : (_power < 0 ? 1.0 : 1.0 / 3) / bin / bin);
            sum += velocity * velocity / 2 / skirts;
        }

        return sum / NoiseBandwidth;
    }
}
