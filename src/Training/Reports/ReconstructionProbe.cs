using System.Numerics.Tensors;
using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Trainer;

namespace Thrum.Training.Reports;

/// <summary>What the finished network makes of validation windows, clean and with the noise that it was trained with. Immutable.</summary>
public sealed class ReconstructionProbe
{
    // A mean over so many tells 1 %.
    private const int MostWindows = 1000;

    private ReconstructionProbe(WindowSet windows, WindowSet reconstructions)
    {
        Windows = windows;
        Reconstructions = reconstructions;
        Errors = [.. Enumerable.Range(0, windows.Count).Select(i => Error(windows[i], reconstructions[i]))];
        CleanError = Errors.Average();
        LargestDifference = Math.Abs(TensorPrimitives.MaxMagnitude<float>(Differences(windows.Values, reconstructions.Values)));
    }

    /// <summary>Some of the windows, evenly spread.</summary>
    public WindowSet Windows { get; }

    /// <summary>Their reconstructions.</summary>
    public WindowSet Reconstructions { get; }

    /// <summary>Mean squared error of each.</summary>
    public IReadOnlyList<double> Errors { get; }

    /// <summary>Mean of them.</summary>
    public double CleanError { get; }

    /// <summary>The largest |d| of them all, in standard deviations of the training samples.</summary>
    public double LargestDifference { get; }

    /// <summary>The largest size of a sample of the windows, in the same unit.</summary>
    public double LargestValue => Math.Abs(TensorPrimitives.MaxMagnitude(Windows.Values));

    /// <summary>Mean squared error against the clean windows of what is made of noisy ones; null when the training had no noise.</summary>
    public double? NoisyError { get; private init; }

    /// <summary>Mean square of that noise, in the unit of <see cref="Variance"/>; 0 without any.</summary>
    public double NoisePower { get; private init; }

    /// <summary>Mean square of the windows about their mean: the error of a network that knows nothing.</summary>
    public double Variance { get; private init; }

    /// <summary>Runs the network.</summary>
    /// <param name="model">The finished network.</param>
    /// <param name="validation">Windows that it was not trained on; at least one.</param>
    public static ReconstructionProbe Of(TrainedModel model, IWindowSource validation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(validation);
        WindowSet windows = WindowSet.Spread(validation, MostWindows);
        var plan = TrainingPlan.Of(model.Options);
        WindowSet? noisy = plan.Noise.IsOn ? Noisy(model, plan, windows) : null;
        return new ReconstructionProbe(windows, Reconstruct(model, windows))
        {
            NoisyError = noisy is null ? null : Error(windows.Values, Reconstruct(model, noisy).Values),
            NoisePower = noisy is null ? 0 : Error(windows.Values, noisy.Values),
            Variance = VarianceOf(windows),
        };
    }

    private static float[] Differences(ReadOnlySpan<float> windows, ReadOnlySpan<float> reconstructions)
    {
        float[] differences = new float[windows.Length];
        TensorPrimitives.Subtract(windows, reconstructions, differences);
        return differences;
    }

    private static WindowSet Noisy(TrainedModel model, TrainingPlan plan, WindowSet windows)
    {
        float[] noisy = new float[windows.Values.Length];
        double level = plan.Noise.Level(model.BestEpoch, model.Options.Epochs);
        plan.Noise.Apply(windows.Values, noisy, windows.WindowSamples, level, SeededRandom.For(model.Options.Seed, 0, RandomPurpose.Noise));
        return new WindowSet(noisy, windows.WindowSamples);
    }

    private static WindowSet Reconstruct(TrainedModel model, WindowSet windows) => new(model.Reconstruct(windows), windows.WindowSamples);

    private static double VarianceOf(WindowSet windows)
    {
        double[] mean = new double[windows.WindowSamples];
        for (int i = 0; i < windows.Values.Length; i++)
        {
            mean[i % mean.Length] += windows.Values[i] / (double)windows.Count;
        }

        double sum = 0;
        for (int i = 0; i < windows.Values.Length; i++)
        {
            sum += Math.Pow(windows.Values[i] - mean[i % mean.Length], 2);
        }

        return sum / windows.Values.Length;
    }

    private static double Error(ReadOnlySpan<float> wanted, ReadOnlySpan<float> found)
    {
        double sum = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            double difference = (double)wanted[i] - found[i];
            sum += difference * difference;
        }

        return sum / wanted.Length;
    }
}
