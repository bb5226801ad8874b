using Thrum.Detector.Metrics;

namespace Thrum.Detector.Models;

/// <summary>
/// Scores whole recordings in memory with exactly the code that the stages use: for calibration and evaluation. Not thread-safe.
/// </summary>
public sealed class RecordingScorer : IDisposable
{
    private const int Batch = 256;

    private readonly string _path;
    private readonly ModelMetadata _metadata;
    private readonly float[] _window;
    private readonly ModelInput _input;
    private readonly BatchRunner _runner;
    private readonly MetricSet _metrics;

    /// <summary>Prepares the model's tensors.</summary>
    /// <exception cref="ModelFileException">The model does not run.</exception>
    public RecordingScorer(AutoencoderModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _path = model.Path;
        _metadata = model.Metadata;
        _window = new float[_metadata.Axes.Count * _metadata.WindowSamples];
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
    /// <exception cref="ModelFileException">The model sees several axes together.</exception>
    /// <exception cref="ModelRunException">The model failed on windows of the recording.</exception>
    public void Score(ReadOnlySpan<float> samples, int hopSamples, IReadOnlyList<List<float>> scores)
    {
        if (_metadata.Axes.IsJoint)
        {
            throw new ModelFileException(_path, $"expected a model of one axis, found {_metadata.Axes.Count}");
        }

        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        int rows = 0;
        for (int start = 0; start <= samples.Length - _metadata.WindowSamples; start += hopSamples)
        {
            Take(samples.Slice(start, _metadata.WindowSamples), ref rows, scores);
        }

        Flush(rows, scores);
    }

    /// <summary>As for one axis, the windows of all axes together.</summary>
    /// <param name="axes">As many as the model sees, in its order and of one length.</param>
    /// <param name="hopSamples">Samples between the starts of windows.</param>
    /// <param name="scores">One list per metric, in the model's order.</param>
    /// <param name="starts">Told the first sample of each window that is scored; null for nobody.</param>
    /// <exception cref="ModelFileException">The model sees another number of axes.</exception>
    /// <exception cref="ModelRunException">The model failed on windows of the recording.</exception>
    public void Score(IReadOnlyList<ReadOnlyMemory<float>> axes, int hopSamples, IReadOnlyList<List<float>> scores, ICollection<int>? starts = null)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        if (axes.Count != _metadata.Axes.Count)
        {
            throw new ModelFileException(_path, $"expected a model of {axes.Count} axes, found {_metadata.Axes.Count}");
        }

        int rows = 0, window = _metadata.WindowSamples;
        for (int start = 0; start <= axes[0].Length - window; start += hopSamples)
        {
            for (int axis = 0; axis < axes.Count; axis++)
            {
                axes[axis].Span.Slice(start, window).CopyTo(_window.AsSpan(axis * window));
            }

            if (Take(_window, ref rows, scores))
            {
                starts?.Add(start);
            }
        }

        Flush(rows, scores);
    }

    /// <summary>Releases the tensors; the model stays.</summary>
    public void Dispose() => _runner.Dispose();

    private bool Take(ReadOnlySpan<float> window, ref int rows, IReadOnlyList<List<float>> scores)
    {
        if (!_input.TryPrepare(window, _runner.Input(rows)))
        {
            return false;
        }

        if (++rows == Batch)
        {
            Flush(rows, scores);
            rows = 0;
        }

        return true;
    }

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
