using System.Numerics.Tensors;
using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Errors of the bins that metrics look at: by dot products while the bins are few, by
/// <see cref="BinErrors"/> where they are many. Holds scratch memory: not thread-safe. Allocates nothing per window.
/// </summary>
internal sealed class FftErrors
{
    // Measured at 256 samples: a transform costs what a dozen dot products cost.
    private const int MostByDotProduct = 12;

    private readonly int[] _bins;
    private readonly BinAmplitudes? _few;
    private readonly BinErrors? _all;
    private readonly float[] _scratch;
    private readonly float[] _errors;

    /// <param name="windowSamples">Samples per window.</param>
    /// <param name="sampleRateHz">Sampling rate.</param>
    /// <param name="bins">The bins, ascending and distinct.</param>
    public FftErrors(int windowSamples, double sampleRateHz, int[] bins)
    {
        _bins = bins;
        if (bins.Length <= MostByDotProduct)
        {
            _few = new BinAmplitudes(windowSamples, bins);
            _scratch = new float[bins.Length];
            _errors = new float[bins.Length];
        }
        else
        {
            _all = new BinErrors(windowSamples, sampleRateHz);
            _scratch = new float[_all.ScratchLength];
            _errors = new float[_all.BinCount];
        }
    }

    /// <summary>Takes the errors of one window.</summary>
    public void Compute(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction)
    {
        if (_few is null)
        {
            _all!.Compute(y, reconstruction, _errors, _scratch);
            return;
        }

        _few.Compute(y, _errors);
        _few.Compute(reconstruction, _scratch);
        TensorPrimitives.Subtract(_errors, _scratch, _errors);
        TensorPrimitives.Abs<float>(_errors, _errors);
    }

    /// <summary>Mean of ||Y| − |Ŷ|| over some of the bins, by their place among all.</summary>
    public double Mean(ReadOnlySpan<int> places)
    {
        double sum = 0;
        foreach (int place in places)
        {
            sum += _errors[_few is null ? _bins[place] : place];
        }

        return sum / places.Length;
    }
}
