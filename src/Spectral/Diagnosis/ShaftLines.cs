using Thrum.Spectral.Lines;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Diagnosis;

/// <summary>RMS velocities of lines, from a Hann amplitude spectrum of acceleration.</summary>
internal readonly ref struct ShaftLines(LineSpectrum acceleration, VibrationUnit unit)
{
    // A Hann line's power is spread over its neighbours; their sum is 1.5 times that of the line.
    private const double NoiseBandwidth = 1.5;
    private const double LowHz = 10;
    private const double HighHz = 1000;

    private readonly LineSpectrum _spectrum = acceleration;
    private readonly double _toMmS = VibrationUnits.ToSi(unit) / VibrationUnits.ToSi(VibrationUnit.MillimetresPerSecond);

    public double BinHz => _spectrum.BinHz;

    /// <summary>The line at a frequency: where it is, its RMS velocity and how far it stands out.</summary>
    public (SpectralLine Line, double RmsMmS) At(double frequencyHz)
    {
        SpectralLine line = _spectrum.LineNear(frequencyHz, Math.Max(_spectrum.BinHz, 0.002 * frequencyHz));
        int bin = (int)Math.Round(line.FrequencyHz / _spectrum.BinHz);
        return (line, Math.Sqrt(MeanSquare(bin - 2, bin + 2)));
    }

    /// <summary>Mean square velocity of all in 10 … 1000 Hz.</summary>
    public double TotalMeanSquare() =>
        MeanSquare((int)Math.Ceiling(LowHz / _spectrum.BinHz) - 1, (int)Math.Floor(HighHz / _spectrum.BinHz) + 1);

    private double MeanSquare(int first, int last)
    {
        double sum = 0;
        for (int bin = Math.Max(1, first); bin <= last && bin < _spectrum.Amplitudes.Length; bin++)
        {
            double velocity = _toMmS * _spectrum.Amplitudes[bin] / (2 * Math.PI * bin * _spectrum.BinHz);
            sum += velocity * velocity / 2;
        }

        return sum / NoiseBandwidth;
    }
}
