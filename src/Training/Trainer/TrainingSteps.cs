using Thrum.Training.Data;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>Training steps alone, without validation and early stopping: to measure how fast a model trains. Not thread-safe.</summary>
public sealed class TrainingSteps : IDisposable
{
    private readonly StepSession _session;
    private readonly IWindowSource _windows;
    private readonly double _learningRate;
    private readonly int _batchSize;
    private int _next;

    /// <summary>Builds the step's graph with fresh weights.</summary>
    /// <param name="options">Model, loss, optimiser, batch size and threads; noise is left out.</param>
    /// <param name="windows">At least a batch; taken in order, round and round.</param>
    /// <exception cref="ArgumentException">The options have faults, or there is no full batch.</exception>
    public TrainingSteps(TrainingOptions options, IWindowSource windows)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(windows);
        var plan = TrainingPlan.Of(options);
        if (windows.Count < options.BatchSize || windows.WindowSamples != plan.Architecture.WindowSamples)
        {
            throw new ArgumentException($"{windows.Count} windows of {windows.WindowSamples} samples; expected at least {options.BatchSize} of {plan.Architecture.WindowSamples}", nameof(windows));
        }

        _windows = windows;
        _batchSize = options.BatchSize;
        _learningRate = options.LearningRate;
        _session = new StepSession(
            new StepSetup(plan.Architecture, plan.Loss, options.BatchSize) { Optimiser = plan.Optimiser, ClipNorm = options.ClipNorm, Threads = options.Threads },
            FlatParameters.Initial(plan.Architecture, SeededRandom.For(options.Seed, 0, RandomPurpose.Weights)));
    }

    /// <summary>Runs steps.</summary>
    /// <returns>The loss before the last one.</returns>
    public double Run(int count)
    {
        float loss = float.NaN;
        for (int step = 0; step < count; step++)
        {
            for (int row = 0; row < _batchSize; row++)
            {
                _windows.Read(_next, _session.Windows.Slice(row * _windows.WindowSamples, _windows.WindowSamples));
                _next = (_next + 1) % _windows.Count;
            }

            loss = _session.Step(_learningRate);
        }

        return loss;
    }

    /// <summary>Releases the session.</summary>
    public void Dispose() => _session.Dispose();
}
