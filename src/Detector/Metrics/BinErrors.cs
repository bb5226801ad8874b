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
    private readonly BinAmplitudes? _few;
    private readonly AmplitudeSpectrum? _all;
    private readonly float[] _scratch = [];
    private readonly float[] _y;
    private readonly float[] _reconstruction;

    /// <param name="windowSamples">Samples per window.</param>
    /// <param name="bins">The bins, ascending and distinct.</param>
    public BinErrors(int windowSamples, int[] bins)
    {
        _bins = bins;
        if (bins.Length <= MostByDotProduct)
        {
            _few = new BinAmplitudes(windowSamples, bins);
            _y = new float[bins.Length];
        }
        else
        {
            _all = new AmplitudeSpectrum(windowSamples);
            _y = new float[_all.BinCount];
            _scratch = new float[_all.ScratchLength];
        }

        _reconstruction = new float[_y.Length];
    }

    /// <summary>Takes the amplitudes of one window.</summary>
    public void Compute(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction)
    {
        if (_few is not null)
        {
            _few.Compute(y, _y);
            _few.Compute(reconstruction, _reconstruction);
        }
        else
        {
            _all!.Compute(y, _y, _scratch);
            _all.Compute(reconstruction, _reconstruction, _scratch);
        }
    }

    /// <summary>Mean of ||Y| − |Ŷ|| over some of the bins, by their place among all.</summary>
    public double Mean(ReadOnlySpan<int> places)
    {
        double sum = 0;
        foreach (int place in places)
        {
            int at = _few is null ? _bins[place] : place;
            sum += Math.Abs(_y[at] - _reconstruction[at]);
        }

        return sum / places.Length;
    }
}
