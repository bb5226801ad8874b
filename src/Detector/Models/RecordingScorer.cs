using Thrum.Detector.Metrics;

namespace Thrum.Detector.Models;

/// <summary>
/// Scores whole recordings in memory with exactly the code that the stages use: for calibration and evaluation. Not thread-safe.
/// </summary>
public sealed class RecordingScorer : IDisposable
{
    private const int Batch = 256;

    private readonly ModelMetadata _metadata;
    private readonly ModelInput _input;
    private readonly BatchRunner _runner;
    private readonly MetricSet _metrics;

    /// <summary>Prepares the model's tensors.</summary>
    /// <exception cref="ModelFileException">The model sees several axes together.</exception>
    public RecordingScorer(AutoencoderModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _metadata = model.Metadata;
        if (_metadata.Axes.Count != 1)
        {
            throw new ModelFileException(model.Path, $"expected a model of one axis, found {_metadata.Axes.Count}");
        }

        _input = new ModelInput(_metadata);
        _runner = new BatchRunner(model, Batch);
        _metrics = model.CompileMetrics();
    }

    /// <summary>
    /// The metrics of the windows at k·hopSamples of a recording, appended per metric to <paramref name="scores"/> in time order. Windows with
    /// a NaN or infinite sample are left out.
    /// </summary>
    /// <param name="samples">One axis, in the model's engineering unit and rate.</param>
    /// <param name="hopSamples">Samples between the starts of windows.</param>
    /// <param name="scores">One list per metric, in the model's order.</param>
    public void Score(ReadOnlySpan<float> samples, int hopSamples, IReadOnlyList<List<float>> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        int rows = 0;
        for (int start = 0; start <= samples.Length - _metadata.WindowSamples; start += hopSamples)
        {
            rows += _input.TryPrepare(samples.Slice(start, _metadata.WindowSamples), _runner.Input(rows)) ? 1 : 0;
            if (rows == Batch)
            {
                Flush(rows, scores);
                rows = 0;
            }
        }

        Flush(rows, scores);
    }

    /// <summary>Releases the tensors; the model stays.</summary>
    public void Dispose() => _runner.Dispose();

    private void Flush(int rows, IReadOnlyList<List<float>> scores)
    {
        if (rows == 0)
        {
            return;
        }

        _runner.Run(rows);
        Span<float> values = stackalloc float[_metrics.Count];
        for (int row = 0; row < rows; row++)
        {
            _metrics.Evaluate(_runner.Input(row), _runner.Output(row), values);
            for (int metric = 0; metric < values.Length; metric++)
            {
                scores[metric].Add(values[metric]);
            }
        }
    }
}
