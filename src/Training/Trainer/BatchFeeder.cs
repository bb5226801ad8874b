using Thrum.Training.Data;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>Draws mini-batches: a fresh shuffle each epoch, noise on the inputs if asked for.</summary>
internal sealed class BatchFeeder
{
    private readonly IWindowSource _windows;
    private readonly TrainingOptions _options;
    private readonly InputNoise _noise;
    private double _level;

    public BatchFeeder(IWindowSource windows, TrainingOptions options, InputNoise noise, int attempt)
    {
        _windows = windows;
        _options = options;
        _noise = noise;
        Order = SeededRandom.For(options.Seed, attempt, RandomPurpose.Order);
        Noise = SeededRandom.For(options.Seed, attempt, RandomPurpose.Noise);
        Indices = [.. Enumerable.Range(0, windows.Count)];
        BatchSize = Math.Min(options.BatchSize, windows.Count);
    }

    public int BatchSize { get; }

    public int BatchesPerEpoch => _windows.Count / BatchSize;

    /// <summary>What the shuffle is drawn from.</summary>
    public SeededRandom Order { get; }

    /// <summary>What noise is drawn from.</summary>
    public SeededRandom Noise { get; }

    /// <summary>The order of the windows in the present epoch, which the next one shuffles further.</summary>
    public int[] Indices { get; }

    /// <param name="epoch">From 1.</param>
    public void BeginEpoch(int epoch)
    {
        Order.Shuffle(Indices);
        _level = _noise.Level(epoch, _options.Epochs);
    }

    /// <summary>Fills the session's input with one batch, and its target where that differs.</summary>
    public void Fill(int batch, StepSession session)
    {
        int window = _windows.WindowSamples;
        for (int row = 0; row < BatchSize; row++)
        {
            _windows.Read(Indices[(batch * BatchSize) + row], session.Targets.Slice(row * window, window));
        }

        if (_noise.IsOn)
        {
            _noise.Apply(session.Targets, session.Windows, window, _level, Noise);
        }
    }
}
