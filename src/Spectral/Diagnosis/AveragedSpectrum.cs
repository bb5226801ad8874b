using Thrum.Spectral.Lines;

namespace Thrum.Spectral.Diagnosis;

/// <summary>Amplitude spectra averaged by power, with their floor. Owns its buffers; for one thread.</summary>
internal sealed class AveragedSpectrum(int bins, double binHz)
{
    // Wide beside a Hann line (3 bins), so that families of lines do not lift the floor.
    private const int FloorHalfWidth = 40;

    private readonly double[] _power = new double[bins];
    private readonly float[] _amplitudes = new float[bins];
    private readonly float[] _floor = new float[bins];
    private readonly float[] _scratch = new float[NoiseFloor.ScratchLength(FloorHalfWidth)];
    private int _count;

    public LineSpectrum Lines => new(_amplitudes, _floor, binHz);

    public void Clear()
    {
        Array.Clear(_power);
        _count = 0;
    }

    public void Add(ReadOnlySpan<float> amplitudes)
    {
        for (int i = 0; i < _power.Length; i++)
        {
            _power[i] += (double)amplitudes[i] * amplitudes[i];
        }

        _count++;
    }

    public void Finish()
    {
        for (int i = 0; i < _power.Length; i++)
        {
            _amplitudes[i] = (float)Math.Sqrt(_power[i] / _count);
        }

        NoiseFloor.RunningMedian(_amplitudes, FloorHalfWidth, _floor, _scratch);
    }
}
