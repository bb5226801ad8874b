using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Models;
using Thrum.Training.Optimisation;

namespace Thrum.Training.Trainer;

/// <summary>
/// Runs training steps. Parameters and the optimiser's states live in two sets of buffers that swap roles each step: ONNX Runtime does not
/// promise that an output may overwrite an input. Not thread-safe.
/// </summary>
internal sealed class StepSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly List<IDisposable> _owned = [];
    private readonly Optimiser _optimiser;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[][] _inputs;
    private readonly OrtValue[][] _outputs;
    private readonly PinnedTensor[] _parameters;
    private readonly PinnedTensor[][] _states;
    private readonly PinnedTensor _windows;
    private readonly PinnedTensor? _targets;
    private readonly (double Rate, PinnedTensor Values)[] _masks;
    private readonly PinnedTensor[] _scalars;
    private readonly PinnedTensor _loss;
    private int _step;

    public StepSession(StepSetup setup, ReadOnlySpan<float> initialParameters)
    {
        Architecture architecture = setup.Architecture;
        StepGraph graph = TrainingGraphs.Step(architecture, setup.Loss, setup.Optimiser, setup.ClipNorm, setup.BatchSize, setup.HasTarget);
        _session = OrtSessions.Create(graph.Model, setup.Threads);
        _optimiser = setup.Optimiser;
        _masks = [.. graph.Masks.Select(mask => (mask.Rate, Own(new PinnedTensor([.. mask.Shape.Sizes]))))];
        _windows = Own(new PinnedTensor(setup.BatchSize, architecture.WindowSamples));
        _targets = setup.HasTarget ? Own(new PinnedTensor(setup.BatchSize, architecture.WindowSamples)) : null;
        _scalars = [.. Enumerable.Range(0, _optimiser.ScalarCount).Select(_ => Own(new PinnedTensor()))];
        _loss = Own(new PinnedTensor());
        PinnedTensor[] Pair() => [Own(new PinnedTensor(architecture.ParameterCount)), Own(new PinnedTensor(architecture.ParameterCount))];
        _parameters = Pair();
        _states = [.. Enumerable.Range(0, _optimiser.StateCount).Select(_ => Pair())];
        initialParameters.CopyTo(_parameters[0].Values);

        int[] states = [.. Enumerable.Range(0, _states.Length)], scalars = [.. Enumerable.Range(0, _scalars.Length)];
        _inputNames =
        [
            TrainingGraphs.Window, .. scalars.Select(TrainingGraphs.Scalar), TrainingGraphs.Parameters, .. states.Select(TrainingGraphs.State),
            .. setup.HasTarget ? [TrainingGraphs.Target] : Array.Empty<string>(),
            .. graph.Masks.Select(mask => mask.Name),
        ];
        _outputNames = [TrainingGraphs.Loss, TrainingGraphs.NewParameters, .. states.Select(TrainingGraphs.NewState)];
        OrtValue[] InputsFrom(int set) =>
        [
            _windows.Value, .. _scalars.Select(scalar => scalar.Value), _parameters[set].Value, .. _states.Select(pair => pair[set].Value),
            .. _targets is null ? Array.Empty<OrtValue>() : [_targets.Value],
            .. _masks.Select(mask => mask.Values.Value),
        ];
        OrtValue[] OutputsTo(int set) => [_loss.Value, _parameters[set].Value, .. _states.Select(pair => pair[set].Value)];
        _inputs = [InputsFrom(0), InputsFrom(1)];
        _outputs = [OutputsTo(1), OutputsTo(0)];
    }

    /// <summary>[batch × window], to be filled before each step.</summary>
    public Span<float> Windows => _windows.Values;

    /// <summary>[batch × window], to be filled before each step when the session has targets; the windows themselves otherwise.</summary>
    public Span<float> Targets => (_targets ?? _windows).Values;

    /// <summary>The current parameters; overwritten two steps later.</summary>
    public ReadOnlySpan<float> Parameters => _parameters[_step & 1].Values;

    /// <summary>Steps behind.</summary>
    public int StepCount => _step;

    /// <summary>A copy of what the optimiser keeps.</summary>
    public float[][] States => [.. _states.Select(pair => pair[_step & 1].Values.ToArray())];

    /// <summary>Goes on where another session was.</summary>
    public void Resume(int step, ReadOnlySpan<float> parameters, float[][] states)
    {
        _step = step;
        parameters.CopyTo(_parameters[_step & 1].Values);
        for (int i = 0; i < states.Length; i++)
        {
            states[i].CopyTo(_states[i][_step & 1].Values);
        }
    }

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
        Span<float> scalars = stackalloc float[_scalars.Length];
        _optimiser.Fill(learningRate, _step, scalars);
        for (int i = 0; i < scalars.Length; i++)
        {
            _scalars[i].Values[0] = scalars[i];
        }

        _session.Run(_runOptions, _inputNames, _inputs[set], _outputNames, _outputs[set]);
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
