using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Metrics compiled for a window length and rate, evaluated together in one pass. Holds scratch memory: one per shard, not
/// thread-safe. Evaluation allocates nothing.
/// </summary>
public sealed class MetricSet
{
    private readonly Term[][] _metrics;
    private readonly double _scale;
    private readonly int _windowSamples;
    private readonly BinAmplitudes? _spectrum;
    private readonly float[] _amplitudes;
    private readonly float[] _reconstructed;

    private MetricSet(Term[][] metrics, int windowSamples, double scale, int[] bins)
    {
        _metrics = metrics;
        _windowSamples = windowSamples;
        _scale = scale;
        _spectrum = bins.Length == 0 ? null : new BinAmplitudes(windowSamples, bins);
        _amplitudes = new float[bins.Length];
        _reconstructed = new float[bins.Length];
    }

    /// <summary>Number of metrics.</summary>
    public int Count => _metrics.Length;

    /// <summary>Compiles the metrics.</summary>
    /// <param name="metrics">The expressions.</param>
    /// <param name="windowSamples">Samples per window.</param>
    /// <param name="sampleRateHz">Sampling rate, for bins given in Hz.</param>
    /// <param name="scale">The scale s of <c>lmse</c>.</param>
    /// <exception cref="FormatException">A bin does not exist in such a window.</exception>
    public static MetricSet Compile(IReadOnlyList<MetricExpression> metrics, int windowSamples, double sampleRateHz, double scale)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        int[][][] resolved = [.. metrics.Select(metric => metric.Terms.Select(term => term.Bins?.Resolve(windowSamples, sampleRateHz) ?? []).ToArray())];
        int[] bins = [.. resolved.SelectMany(terms => terms).SelectMany(term => term).Distinct().Order()];
        Term[][] compiled = [.. metrics.Select((metric, m) => metric.Terms.Select((term, t) =>
            new Term(term.Weight, term.Kind, [.. resolved[m][t].Select(bin => Array.BinarySearch(bins, bin))])).ToArray())];
        return new MetricSet(compiled, windowSamples, scale, bins);
    }

    /// <summary>Evaluates every metric.</summary>
    /// <param name="y">The normalised window, [windowSamples].</param>
    /// <param name="reconstruction">Its reconstruction, [windowSamples].</param>
    /// <param name="values">Receives the metrics, [<see cref="Count"/>].</param>
    public void Evaluate(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction, Span<float> values)
    {
        ReconstructionError error = ReconstructionError.Of(y, reconstruction, _scale);
        if (_spectrum is not null)
        {
            _spectrum.Compute(y, _amplitudes);
            _spectrum.Compute(reconstruction, _reconstructed);
        }

        for (int m = 0; m < _metrics.Length; m++)
        {
            double sum = 0;
            foreach (Term term in _metrics[m])
            {
                sum += term.Weight * Value(term, error);
            }

            values[m] = (float)sum;
        }
    }

    private double Value(Term term, in ReconstructionError error) => term.Kind switch
    {
        MetricKind.Mse => error.SumSquares / _windowSamples,
        MetricKind.Mae => error.SumAbsolute / _windowSamples,
        MetricKind.Sad => error.SumAbsolute,
        MetricKind.Lmse => error.SumLogarithmic / _windowSamples,
        _ => MeanBinError(term.Bins),
    };

    private double MeanBinError(int[] bins)
    {
        double sum = 0;
        foreach (int bin in bins)
        {
            sum += Math.Abs(_amplitudes[bin] - _reconstructed[bin]);
        }

        return sum / bins.Length;
    }

    /// <param name="Weight">Factor.</param>
    /// <param name="Kind">Elementary metric.</param>
    /// <param name="Bins">Indices into the shared list of bins.</param>
    private sealed record Term(double Weight, MetricKind Kind, int[] Bins);
}
