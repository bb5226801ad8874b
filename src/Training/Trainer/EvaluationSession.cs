using Microsoft.ML.OnnxRuntime;
using Thrum.Detector.Metrics;
using Thrum.Training.Data;
using Thrum.Training.Losses;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>Takes a window and its reconstruction, which are valid until it returns.</summary>
internal delegate void WindowAndReconstruction(int index, ReadOnlySpan<float> window, ReadOnlySpan<float> reconstruction);

/// <summary>Losses and reconstructions of whole window sets, in the operations of training and in pieces that fit the cache, and the detector's metrics of them. Not thread-safe.</summary>
internal sealed class EvaluationSession : IDisposable
{
    /// <summary>Most windows handed to ONNX Runtime at once: keeps a piece's layers in the cache.</summary>
    public const int PieceWindows = 512;

    // Most samples of a piece: bounds the memory of long windows.
    private const int PieceSamples = 512 * 1024;

    private static readonly string[] InputNames = [TrainingGraphs.Window, TrainingGraphs.Parameters];

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly PinnedTensor _parameters;
    private readonly PinnedTensor[] _criteria;
    private readonly MetricSet? _metrics;
    private readonly float[] _metricValues;
    private readonly string[] _outputNames;
    private readonly int _windowSamples;
    private readonly int _pieceWindows;
    private readonly Dictionary<int, (PinnedTensor Input, PinnedTensor Output)> _pieces = [];

    /// <param name="architecture">The network.</param>
    /// <param name="criteria">Losses that the graph tells.</param>
    /// <param name="threads">Of ONNX Runtime.</param>
    /// <param name="metrics">Metrics that the detector's code tells of each window and its reconstruction; null for none.</param>
    public EvaluationSession(Architecture architecture, IReadOnlyList<ReconstructionLoss> criteria, int threads = 1, MetricSet? metrics = null)
    {
        _metrics = metrics;
        _metricValues = new float[metrics?.Count ?? 0];
        _session = OrtSessions.Create(TrainingGraphs.Evaluation(architecture, criteria), threads);
        _parameters = new PinnedTensor(architecture.ParameterCount);
        _criteria = [.. criteria.Select(_ => new PinnedTensor())];
        _outputNames = [TrainingGraphs.Reconstruction, .. Enumerable.Range(0, criteria.Count).Select(TrainingGraphs.Criterion)];
        _windowSamples = architecture.WindowSamples;
        _pieceWindows = WindowsAtOnce(_windowSamples);
    }

    /// <summary>Windows of a piece.</summary>
    /// <param name="windowSamples">Samples of a window, all axes.</param>
    public static int WindowsAtOnce(int windowSamples) => Math.Clamp(PieceSamples / windowSamples, 1, PieceWindows);

    /// <summary>Means of the criteria, then of the metrics, over the first <paramref name="most"/> windows, with these parameters. A metric is NaN where a reconstruction is not finite.</summary>
    public double[] Evaluate(IWindowSource windows, ReadOnlySpan<float> parameters, int most = int.MaxValue)
    {
        int total = Math.Min(most, windows.Count);
        double[] sums = new double[_metricValues.Length];
        double[] means = Run(windows, total, parameters, _metrics is null ? null : Add);
        return [.. means, .. sums.Select(sum => sum / total)];

        void Add(int index, ReadOnlySpan<float> window, ReadOnlySpan<float> reconstruction)
        {
            _metrics!.Evaluate(window, reconstruction, _metricValues);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += _metricValues[i];
            }
        }
    }

    /// <summary>Shows each window and its reconstruction with these parameters, in order.</summary>
    public void Reconstruct(IWindowSource windows, ReadOnlySpan<float> parameters, WindowAndReconstruction show) => Run(windows, windows.Count, parameters, show);

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
        _parameters.Dispose();
        foreach (PinnedTensor criterion in _criteria)
        {
            criterion.Dispose();
        }

        foreach ((PinnedTensor input, PinnedTensor output) in _pieces.Values)
        {
            input.Dispose();
            output.Dispose();
        }
    }

    private double[] Run(IWindowSource windows, int total, ReadOnlySpan<float> parameters, WindowAndReconstruction? show)
    {
        parameters.CopyTo(_parameters.Values);
        double[] weighted = new double[_criteria.Length];
        for (int first = 0; first < total; first += _pieceWindows)
        {
            int count = Math.Min(_pieceWindows, total - first);
            (PinnedTensor input, PinnedTensor output) = PieceOf(count);
            for (int i = 0; i < count; i++)
            {
                windows.Read(first + i, input.Values.Slice(i * _windowSamples, _windowSamples));
            }

            _session.Run(_runOptions, InputNames, [input.Value, _parameters.Value], _outputNames, [output.Value, .. _criteria.Select(criterion => criterion.Value)]);
            for (int i = 0; i < weighted.Length; i++)
            {
                weighted[i] += (double)_criteria[i].Values[0] * count;
            }

            for (int i = 0; show is not null && i < count; i++)
            {
                show(first + i, input.Values.Slice(i * _windowSamples, _windowSamples), output.Values.Slice(i * _windowSamples, _windowSamples));
            }
        }

        return [.. weighted.Select(sum => sum / total)];
    }

    /// <summary>Buffers for a piece of this size, kept: a set has full pieces and one remainder, the same each epoch.</summary>
    private (PinnedTensor Input, PinnedTensor Output) PieceOf(int count)
    {
        if (!_pieces.TryGetValue(count, out (PinnedTensor Input, PinnedTensor Output) piece))
        {
            piece = (new PinnedTensor(count, _windowSamples), new PinnedTensor(count, _windowSamples));
            _pieces.Add(count, piece);
        }

        return piece;
    }
}
