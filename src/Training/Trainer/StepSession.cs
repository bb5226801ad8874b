using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Losses;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>
/// Runs training steps. Parameters and Adam's state live in two sets of buffers that swap roles each step: ONNX Runtime does not
/// promise that an output may overwrite an input. Not thread-safe.
/// </summary>
internal sealed class StepSession : IDisposable
{
    private static readonly string[] OutputNames =
        [TrainingGraphs.Loss, TrainingGraphs.NewParameters, TrainingGraphs.NewMomentum, TrainingGraphs.NewVariance];

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly List<IDisposable> _owned = [];
    private readonly string[] _inputNames;
    private readonly OrtValue[][] _inputs;
    private readonly OrtValue[][] _outputs;
    private readonly PinnedTensor[] _parameters;
    private readonly PinnedTensor _windows;
    private readonly PinnedTensor? _targets;
    private readonly (double Rate, PinnedTensor Values)[] _masks;
    private readonly PinnedTensor _stepSize;
    private readonly PinnedTensor _epsilon;
    private readonly PinnedTensor _loss;
    private int _step;

    public StepSession(Architecture architecture, ReconstructionLoss loss, int batchSize, bool hasTarget, ReadOnlySpan<float> initialParameters)
    {
        StepGraph graph = TrainingGraphs.Step(architecture, loss, batchSize, hasTarget);
        _session = OrtSessions.Create(graph.Model);
        _masks = [.. graph.Masks.Select(mask => (mask.Rate, Own(new PinnedTensor([.. mask.Shape.Sizes]))))];
        _windows = Own(new PinnedTensor(batchSize, architecture.WindowSamples));
        _targets = hasTarget ? Own(new PinnedTensor(batchSize, architecture.WindowSamples)) : null;
        _stepSize = Own(new PinnedTensor());
        _epsilon = Own(new PinnedTensor());
        _loss = Own(new PinnedTensor());
        PinnedTensor[] Pair() => [Own(new PinnedTensor(architecture.ParameterCount)), Own(new PinnedTensor(architecture.ParameterCount))];
        _parameters = Pair();
        PinnedTensor[] momentum = Pair();
        PinnedTensor[] variance = Pair();
        initialParameters.CopyTo(_parameters[0].Values);

        _inputNames =
        [
            TrainingGraphs.Window, TrainingGraphs.StepSize, TrainingGraphs.Epsilon,
            TrainingGraphs.Parameters, TrainingGraphs.Momentum, TrainingGraphs.Variance,
            .. hasTarget ? [TrainingGraphs.Target] : Array.Empty<string>(),
            .. graph.Masks.Select(mask => mask.Name),
        ];
        OrtValue[] InputsFrom(int set) =>
        [
            _windows.Value, _stepSize.Value, _epsilon.Value,
            _parameters[set].Value, momentum[set].Value, variance[set].Value,
            .. _targets is null ? Array.Empty<OrtValue>() : [_targets.Value],
            .. _masks.Select(mask => mask.Values.Value),
        ];
        OrtValue[] OutputsTo(int set) => [_loss.Value, _parameters[set].Value, momentum[set].Value, variance[set].Value];
        _inputs = [InputsFrom(0), InputsFrom(1)];
        _outputs = [OutputsTo(1), OutputsTo(0)];
    }

    /// <summary>[batch × window], to be filled before each step.</summary>
    public Span<float> Windows => _windows.Values;

    /// <summary>[batch × window], to be filled before each step when the session has targets; the windows themselves otherwise.</summary>
    public Span<float> Targets => (_targets ?? _windows).Values;

    /// <summary>The current parameters; overwritten two steps later.</summary>
    public ReadOnlySpan<float> Parameters => _parameters[_step & 1].Values;

    /// <summary>Draws the dropout masks of the next step; nothing where the network has none.</summary>
    public void DrawMasks(SeededRandom random)
    {
        foreach ((double rate, PinnedTensor values) in _masks)
        {
            float kept = (float)(1 / (1 - rate));
            foreach (ref float value in values.Values)
            {
                value = random.NextSingle() < rate ? 0 : kept;
            }
        }
    }

    /// <summary>One step of gradient descent.</summary>
    /// <returns>The batch's mean loss before the step.</returns>
    public float Step(double learningRate)
    {
        int set = _step & 1;
        _step++;
        (_stepSize.Values[0], _epsilon.Values[0]) = Adam.HostScalars(learningRate, _step);
        _session.Run(_runOptions, _inputNames, _inputs[set], OutputNames, _outputs[set]);
        return _loss.Values[0];
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
        _owned.ForEach(tensor => tensor.Dispose());
    }

    private PinnedTensor Own(PinnedTensor tensor)
    {
        _owned.Add(tensor);
        return tensor;
    }
}
