using System.Numerics.Tensors;
using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Errors of the bins that metrics look at, over the axes of a window: by dot products while the bins are few, by
/// <see cref="BinErrors"/> where they are many. Holds scratch memory: not thread-safe. Allocates nothing per window.
/// </summary>
internal sealed class FftErrors
{
    // Measured at 256 samples: a transform costs what a dozen dot products cost.
    private const int MostByDotProduct = 12;

    private readonly int[] _bins;
    private readonly int _windowSamples;
    private readonly int _axes;
    private readonly int _stride;
    private readonly BinAmplitudes? _few;
    private readonly BinErrors? _all;
    private readonly float[] _scratch;
    private readonly float[] _errors;

    /// <param name="windowSamples">Samples per window and axis.</param>
    /// <param name="sampleRateHz">Sampling rate.</param>
    /// <param name="axes">Axes of a window.</param>
    /// <param name="bins">The bins, ascending and distinct.</param>
    public FftErrors(int windowSamples, double sampleRateHz, int axes, int[] bins)
    {
        _bins = bins;
        _windowSamples = windowSamples;
        _axes = axes;
        if (bins.Length <= MostByDotProduct)
        {
            _few = new BinAmplitudes(windowSamples, bins);
            _stride = bins.Length;
            _scratch = new float[_stride];
        }
        else
        {
            _all = new BinErrors(windowSamples, sampleRateHz);
            _stride = _all.BinCount;
            _scratch = new float[_all.ScratchLength];
        }

        _errors = new float[axes * _stride];
    }

    /// <summary>Takes the errors of one window.</summary>
    public void Compute(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction)
    {
        for (int axis = 0; axis < _axes; axis++)
        {
            ReadOnlySpan<float> window = y.Slice(axis * _windowSamples, _windowSamples);
            ReadOnlySpan<float> other = reconstruction.Slice(axis * _windowSamples, _windowSamples);
            Span<float> errors = _errors.AsSpan(axis * _stride, _stride);
            if (_few is null)
            {
                _all!.Compute(window, other, errors, _scratch);
                continue;
            }

            _few.Compute(window, errors);
            _few.Compute(other, _scratch);
            TensorPrimitives.Subtract(errors, _scratch, errors);
            TensorPrimitives.Abs(errors, errors);
        }
    }

    /// <summary>Mean of ||Y| − |Ŷ|| over some of the bins, by their place among all, and over the axes.</summary>
    public double Mean(ReadOnlySpan<int> places)
    {
        double sum = 0;
        for (int axis = 0; axis < _axes; axis++)
        {
            ReadOnlySpan<float> errors = _errors.AsSpan(axis * _stride, _stride);
            foreach (int place in places)
            {
                sum += errors[_few is null ? _bins[place] : place];
            }
        }

        return sum / places.Length / _axes;
    }
}
