using Thrum.Spectral.Envelopes;
using Thrum.Spectral.Lines;

namespace Thrum.Spectral.Diagnosis;

/// <summary>The averaged envelope spectrum of one band, with its buffers. For one thread.</summary>
internal sealed class BandEnvelope
{
    private readonly EnvelopeSpectrum _plan;
    private readonly AveragedSpectrum _average;
    private readonly float[] _amplitudes;
    private readonly float[] _scratch;

    public BandEnvelope(EnvelopeSpectrum plan)
    {
        _plan = plan;
        _average = new AveragedSpectrum(plan.BinCount, plan.BinHz);
        _amplitudes = new float[plan.BinCount];
        _scratch = new float[plan.ScratchLength];
    }

    /// <summary>Mean squared envelope of the last average.</summary>
    public double MeanSquared { get; private set; }

    /// <summary>The last average.</summary>
    public LineSpectrum Lines => _average.Lines;

    /// <summary>Over all whole windows of the samples, which overlap by half.</summary>
    public LineSpectrum Average(ReadOnlySpan<float> samples)
    {
        _average.Clear();
        double sum = 0;
        int windows = 0;
        for (int start = 0; start + _plan.WindowSamples <= samples.Length; start += _plan.WindowSamples / 2)
        {
            sum += _plan.Compute(samples.Slice(start, _plan.WindowSamples), _amplitudes, _scratch);
            _average.Add(_amplitudes);
            windows++;
        }

        MeanSquared = sum / windows;
        _average.Finish();
        return _average.Lines;
    }
}
