using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Data;
using Thrum.Training.Losses;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>Loss and reconstruction of whole window sets, in the operations of training and in pieces that fit the cache. Not thread-safe.</summary>
internal sealed class EvaluationSession : IDisposable
{
    /// <summary>Windows handed to ONNX Runtime at once: bounds memory, and keeps a piece's layers in the cache.</summary>
    public const int PieceWindows = 512;

    private static readonly string[] InputNames = [TrainingGraphs.Window, TrainingGraphs.Parameters];
    private static readonly string[] OutputNames = [TrainingGraphs.Reconstruction, TrainingGraphs.Loss];

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly PinnedTensor _parameters;
    private readonly PinnedTensor _loss = new();
    private readonly int _windowSamples;
    private readonly Dictionary<int, (PinnedTensor Input, PinnedTensor Output)> _pieces = [];

    public EvaluationSession(Architecture architecture, ReconstructionLoss loss)
    {
        _session = OrtSessions.Create(TrainingGraphs.Evaluation(architecture, loss));
        _parameters = new PinnedTensor(architecture.ParameterCount);
        _windowSamples = architecture.WindowSamples;
    }

    /// <summary>Mean loss over the set with these parameters.</summary>
    public double Loss(WindowSet windows, ReadOnlySpan<float> parameters) => Run(windows, parameters, []);

    /// <summary>[count × window] reconstructions with these parameters.</summary>
    public float[] Reconstruct(WindowSet windows, ReadOnlySpan<float> parameters)
    {
        float[] reconstruction = new float[windows.Values.Length];
        Run(windows, parameters, reconstruction);
        return reconstruction;
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
        _parameters.Dispose();
        _loss.Dispose();
        foreach ((PinnedTensor input, PinnedTensor output) in _pieces.Values)
        {
            input.Dispose();
            output.Dispose();
        }
    }

    private double Run(WindowSet windows, ReadOnlySpan<float> parameters, Span<float> reconstruction)
    {
        parameters.CopyTo(_parameters.Values);
        double weighted = 0;
        for (int first = 0; first < windows.Count; first += PieceWindows)
        {
            int count = Math.Min(PieceWindows, windows.Count - first);
            (PinnedTensor input, PinnedTensor output) = PieceOf(count);
            windows.Values.Slice(first * _windowSamples, count * _windowSamples).CopyTo(input.Values);
            _session.Run(_runOptions, InputNames, [input.Value, _parameters.Value], OutputNames, [output.Value, _loss.Value]);
            weighted += (double)_loss.Values[0] * count;
            if (!reconstruction.IsEmpty)
            {
                output.Values.CopyTo(reconstruction[(first * _windowSamples)..]);
            }
        }

        return weighted / windows.Count;
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
