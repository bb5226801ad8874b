using Thrum.Training.Data;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>Draws mini-batches: a fresh shuffle each epoch, noise on the inputs if asked for.</summary>
internal sealed class BatchFeeder
{
    private readonly WindowSet _windows;
    private readonly SeededRandom _order;
    private readonly SeededRandom _noise;
    private readonly double _noiseLevel;
    private readonly int[] _indices;

    public BatchFeeder(WindowSet windows, TrainingOptions options, int attempt)
    {
        _windows = windows;
        _order = SeededRandom.For(options.Seed, attempt, RandomPurpose.Order);
        _noise = SeededRandom.For(options.Seed, attempt, RandomPurpose.Noise);
        _noiseLevel = options.NoiseLevel;
        _indices = [.. Enumerable.Range(0, windows.Count)];
        BatchSize = Math.Min(options.BatchSize, windows.Count);
    }

    public int BatchSize { get; }

    public int BatchesPerEpoch => _windows.Count / BatchSize;

    public void BeginEpoch() => _order.Shuffle(_indices);

    /// <summary>Fills the session's input with one batch, and its target where that differs.</summary>
    public void Fill(int batch, StepSession session)
    {
        int window = _windows.WindowSamples;
        for (int row = 0; row < BatchSize; row++)
        {
            _windows[_indices[(batch * BatchSize) + row]].CopyTo(session.Targets[(row * window)..]);
        }

        if (_noiseLevel > 0)
        {
            Span<float> inputs = session.Windows;
            Span<float> targets = session.Targets;
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = targets[i] + (float)(_noise.NextGaussian() * _noiseLevel);
            }
        }
    }
}
