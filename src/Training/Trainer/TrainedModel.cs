using Thrum.Training.Data;
using Thrum.Training.Losses;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>A trained autoencoder and how it came about. Immutable; safe to use from several threads.</summary>
public sealed class TrainedModel
{
    private readonly Architecture _architecture;
    private readonly ReconstructionLoss _loss;
    private readonly float[] _parameters;

    internal TrainedModel(Architecture architecture, ReconstructionLoss loss, TrainingOptions options, float[] parameters)
    {
        _architecture = architecture;
        _loss = loss;
        _parameters = parameters;
        Options = options;
    }

    /// <summary>What it was trained with.</summary>
    public TrainingOptions Options { get; }

    /// <summary>Kind of network: <c>dense</c>.</summary>
    public string Kind => _architecture.Kind;

    /// <summary>Length of a window.</summary>
    public int WindowSamples => _architecture.WindowSamples;

    /// <summary>Number of weights and biases.</summary>
    public int ParameterCount => _architecture.ParameterCount;

    /// <summary>All epochs of all attempts, in order.</summary>
    public required IReadOnlyList<EpochReport> History { get; init; }

    /// <summary>The attempt the weights are from; above 1 after a restart.</summary>
    public required int BestAttempt { get; init; }

    /// <summary>The epoch of that attempt the weights are from.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Loss over the validation windows with these weights.</summary>
    public required double BestValidationLoss { get; init; }

    /// <summary>Validation loss of the best single window given out for every input.</summary>
    public required double ConstantOutputLoss { get; init; }

    /// <summary>False when the network learned nothing that a constant would not do (a margin of 1 % is asked for): do not deploy it.</summary>
    public required bool IsBetterThanConstantOutput { get; init; }

    /// <summary>Whether the last of all epochs was the best: more of them may have been better still.</summary>
    public bool HasEndedImproving => BestEpoch >= Options.Epochs;

    /// <summary>The same network with its last layer, weight and bias, multiplied by a factor; for dense networks whose output has no activation.</summary>
    internal TrainedModel WithOutputTimes(double factor, double validationLoss)
    {
        float[] parameters = [.. _parameters];
        int last = _architecture.Parameters.TakeLast(2).Sum(spec => (int)spec.Shape.Count);
        foreach (ref float value in parameters.AsSpan(parameters.Length - last))
        {
            value = (float)(value * factor);
        }

        return new TrainedModel(_architecture, _loss, Options, parameters)
        {
            History = History,
            BestAttempt = BestAttempt,
            BestEpoch = BestEpoch,
            BestValidationLoss = validationLoss,
            ConstantOutputLoss = ConstantOutputLoss,
            IsBetterThanConstantOutput = AutoencoderTrainer.IsLearned(validationLoss, ConstantOutputLoss),
        };
    }

    /// <summary>
    /// The ONNX file: input <c>window</c>, output <c>reconstruction</c>, both float32 [batch, window] with a free batch size, opset 17.
    /// Equal models and metadata give equal bytes.
    /// </summary>
    /// <param name="metadata">Written as the file's metadata properties.</param>
    /// <param name="storage">How weights are stored; less than single precision makes the file smaller, not the model faster.</param>
    public byte[] ToOnnx(IReadOnlyDictionary<string, string> metadata, WeightStorage storage = WeightStorage.Full)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return InferenceGraph.Encode(_architecture, _parameters, metadata, storage);
    }

    /// <summary>The hidden layers, of an LSTM its code, with how many of their units give one value whatever comes in.</summary>
    /// <param name="windows">Normalised windows of its length; the first 256 are looked at.</param>
    public IReadOnlyList<LayerUnits> HiddenLayers(WindowSet windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return HiddenUnits.Of(_architecture, _parameters, windows);
    }

    /// <summary>Reconstructions [count × window], computed with the operations of training; the exported file must agree with them.</summary>
    /// <param name="windows">Normalised windows.</param>
    /// <exception cref="ArgumentException">The windows have another length.</exception>
    public float[] Reconstruct(IWindowSource windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        if (windows.WindowSamples != WindowSamples)
        {
            throw new ArgumentException($"the windows have {windows.WindowSamples} samples; expected {WindowSamples}", nameof(windows));
        }

        float[] reconstructions = new float[checked(windows.Count * windows.WindowSamples)];
        Reconstruct(windows, (index, _, reconstruction) => reconstruction.CopyTo(reconstructions.AsSpan(index * WindowSamples)));
        return reconstructions;
    }

    /// <summary>Shows each window of its length and its reconstruction, in order, without holding more than a few of them.</summary>
    internal void Reconstruct(IWindowSource windows, WindowAndReconstruction show)
    {
        using var evaluation = new EvaluationSession(_architecture, [_loss]);
        evaluation.Reconstruct(windows, _parameters, show);
    }
}
