using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Single-sided amplitudes of the bins that metrics look at, of a window and of its reconstruction: by dot products while the bins are few,
/// by one transform where they are many. Holds scratch memory: not thread-safe. Allocates nothing per window.
/// </summary>
internal sealed class BinErrors
{
    // Measured at 256 samples: a transform costs what a dozen dot products cost.
    private const int MostByDotProduct = 12;

    private readonly int[] _bins;
    private readonly int _windowSamples;
    private readonly int _axes;
    private readonly int _stride;
    private readonly BinAmplitudes? _few;
    private readonly AmplitudeSpectrum? _all;
    private readonly float[] _scratch = [];
    private readonly float[] _y;
    private readonly float[] _reconstruction;

    /// <param name="windowSamples">Samples per window and axis.</param>
    /// <param name="axes">Axes of a window.</param>
    /// <param name="bins">The bins, ascending and distinct.</param>
    public BinErrors(int windowSamples, int axes, int[] bins)
    {
        _bins = bins;
        _windowSamples = windowSamples;
        _axes = axes;
        if (bins.Length <= MostByDotProduct)
        {
            _few = new BinAmplitudes(windowSamples, bins);
            _stride = bins.Length;
        }
        else
        {
            _all = new AmplitudeSpectrum(windowSamples);
            _stride = _all.BinCount;
            _scratch = new float[_all.ScratchLength];
        }

        _y = new float[axes * _stride];
        _reconstruction = new float[_y.Length];
    }

    /// <summary>Takes the amplitudes of one window.</summary>
    public void Compute(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction)
    {
        for (int axis = 0; axis < _axes; axis++)
        {
            Amplitudes(y.Slice(axis * _windowSamples, _windowSamples), _y.AsSpan(axis * _stride, _stride));
            Amplitudes(reconstruction.Slice(axis * _windowSamples, _windowSamples), _reconstruction.AsSpan(axis * _stride, _stride));
        }
    }

    /// <summary>Mean of ||Y| − |Ŷ|| over some of the bins, by their place among all, and over the axes.</summary>
    public double Mean(ReadOnlySpan<int> places)
    {
        double sum = 0;
        for (int axis = 0; axis < _axes; axis++)
        {
            foreach (int place in places)
            {
                int at = (axis * _stride) + (_few is null ? _bins[place] : place);
                sum += Math.Abs(_y[at] - _reconstruction[at]);
            }
        }

        return sum / places.Length / _axes;
    }

    private void Amplitudes(ReadOnlySpan<float> samples, Span<float> amplitudes)
    {
        if (_few is not null)
        {
            _few.Compute(samples, amplitudes);
        }
        else
        {
            _all!.Compute(samples, amplitudes, _scratch);
        }
    }
}
