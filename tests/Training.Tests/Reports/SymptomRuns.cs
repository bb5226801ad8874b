using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Reports;
using Thrum.Training.Tests.Trainer;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Reports;

/// <summary>Small trainings, each made to have one trouble, or none.</summary>
internal static class SymptomRuns
{
    public const int Window = 64;

    public static TrainingOptions Healthy { get; } = new()
    {
        Model = "dense:64-32-8-32-64,tanh",
        Epochs = 60,
        BatchSize = 32,
        LearningRate = 3e-3,
        Schedule = "cosine",
        Patience = 60,
        Restarts = 0,
    };

    /// <summary>Trains on two tones of random phase and size in each window.</summary>
    public static TrainingStudy OnTones(TrainingOptions options, params string[] metrics) =>
        Run(options, ToySignals.Tones(600, Window, 1), ToySignals.Tones(200, Window, 2), metrics);

    public static TrainingStudy Run(TrainingOptions options, WindowSet train, WindowSet validation, params string[] metrics)
    {
        TrainingOptions tracked = options with { Track = TrainingCurves.Track(options.Loss, metrics) };
        return TrainingStudy.Of(AutoencoderTrainer.Train(train, validation, tracked, cancellationToken: TestContext.Current.CancellationToken), validation);
    }

    /// <summary>Tones under noise of six times their power.</summary>
    public static WindowSet UnderNoise(int count, ulong seed)
    {
        float[] noise = ToySignals.Noise(count, Window, seed + 100).Values.ToArray();
        return Changed(ToySignals.Tones(count, Window, seed), (value, i, _) => (0.4f * value) + noise[i]);
    }

    /// <summary>Almost nothing, and bursts of 3 at one place in ten that nothing foretells: the mean of both is best for squares, and thirty times too large for most places.</summary>
    public static WindowSet Bursts(int count, ulong seed)
    {
        WindowSet windows = ToySignals.Noise(count, Window, seed);
        return Changed(windows, (value, _, random) => random.NextSingle() < 0.1f ? 3 : 0.01f * value);
    }

    /// <summary>Tones, and at bin 20 one of random phase a tenth as large.</summary>
    public static WindowSet WithWeakLine(int count, ulong seed)
    {
        double a = 0, b = 0;
        return Changed(ToySignals.Tones(count, Window, seed), (value, i, random) =>
        {
            if (i % Window == 0)
            {
                (a, b) = (random.NextGaussian(), random.NextGaussian());
            }

            double angle = 2 * Math.PI * 20 * (i % Window) / Window;
            return value + (float)(0.1 * ((a * Math.Cos(angle)) + (b * Math.Sin(angle))));
        });
    }

    /// <summary>Tones with spikes of either sign at one place in a hundred, which nothing foretells.</summary>
    public static WindowSet WithSpikes(int count, ulong seed) =>
        Changed(ToySignals.Tones(count, Window, seed), (value, _, random) => random.NextSingle() < 0.01f ? value + (random.NextSingle() < 0.5f ? 60 : -60) : value);

    private static WindowSet Changed(WindowSet windows, Func<float, int, SeededRandom, float> change)
    {
        var random = new SeededRandom(99);
        float[] values = windows.Values.ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = change(values[i], i, random);
        }

        return new WindowSet(values, windows.WindowSamples);
    }
}
