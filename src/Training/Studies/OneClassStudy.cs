using System.Globalization;
using Thrum.Detector.Metrics;
using Thrum.Training.Data;
using Thrum.Training.Evaluation;
using Thrum.Training.Trainer;

namespace Thrum.Training.Studies;

/// <summary>
/// The experiment of the paper that proposes the logarithmic MSE: one class of images is normal, a convolutional autoencoder 16-32-64
/// learns it with MSE and with LMSE, and every test image is scored; those of the other classes are the anomalies.
/// </summary>
public sealed class OneClassStudy
{
    /// <summary>Training images held out to see whether a run has collapsed.</summary>
    private const int HeldOut = 512;

    private static readonly string[] MetricNames = ["mse", "lmse"];

    private readonly LabelledImages _train;
    private readonly WindowSet _test;
    private readonly byte[] _testLabels;

    /// <param name="train">Training images; only those of the normal class are used.</param>
    /// <param name="test">Test images, all used.</param>
    public OneClassStudy(LabelledImages train, LabelledImages test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        _train = train;
        _test = new WindowSet(test.Pixels(_ => true), test.Height * test.Width);
        _testLabels = test.Labels.ToArray();
    }

    /// <summary>Runs every combination, several of a class at a time, and reports each row as it is done. What they give does not depend on that.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told each row, one at a time and on any thread.</param>
    /// <param name="cancellationToken">Looked at before each step of training.</param>
    /// <exception cref="StudyDataException">A class has too few training images, or the test images are all of one kind.</exception>
    public OneClassResult Run(OneClassOptions options, IProgress<OneClassRow>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var rows = new List<OneClassRow>();
        foreach (int normal in options.Classes)
        {
            (WindowSet training, WindowSet heldOut) = Images(normal);
            rows.AddRange(ParallelRuns.Of(
                [.. options.Combinations()],
                Environment.ProcessorCount,
                run => Run(normal, training, heldOut, options with { Latents = [run.Latent], LearningRates = [run.LearningRate], Losses = [run.Loss] }, run.Seed, cancellationToken),
                (_, row) => progress?.Report(row),
                cancellationToken));
        }

        return new OneClassResult(rows);
    }

    private OneClassRow Run(int normal, WindowSet training, WindowSet heldOut, OneClassOptions options, int seed, CancellationToken cancellationToken)
    {
        TrainedModel model = AutoencoderTrainer.Train(
            training, heldOut, options.TrainingOf(_train.Height, _train.Width, seed), cancellationToken: cancellationToken);
        EpochReport[] epochs = [.. model.History.Where(epoch => epoch.Attempt == model.BestAttempt)];
        return new OneClassRow(normal, options.Losses[0], options.Latents[0], options.LearningRates[0], seed, Score(model, normal))
        {
            TrainLoss = [.. epochs.Select(epoch => epoch.TrainLoss)],
            Attempts = model.History[^1].Attempt,
            IsCollapsed = !model.IsBetterThanConstantOutput,
        };
    }

    private (WindowSet Training, WindowSet HeldOut) Images(int normal)
    {
        float[] pixels = _train.Pixels(label => label == normal);
        int size = _train.Height * _train.Width;
        int count = pixels.Length / size;
        int held = Math.Min(HeldOut, count / 5);
        bool hasBoth = _testLabels.Any(label => label == normal) && _testLabels.Any(label => label != normal);
        if (held == 0 || !hasBoth)
        {
            throw new StudyDataException(string.Create(
                CultureInfo.InvariantCulture, $"class {normal} has {count} training images; expected at least 5, and test images of it and of others"));
        }

        return (new WindowSet(pixels[..((count - held) * size)], size), new WindowSet(pixels[((count - held) * size)..], size));
    }

    private Dictionary<string, double> Score(TrainedModel model, int normal)
    {
        float[] reconstructions = model.Reconstruct(_test);
        MetricSet metrics = MetricSet.Compile([.. MetricNames.Select(MetricExpression.Parse)], _test.WindowSamples, sampleRateHz: 1, scale: 1);
        var healthy = MetricNames.Select(_ => new List<double>()).ToArray();
        var anomalous = MetricNames.Select(_ => new List<double>()).ToArray();
        float[] values = new float[metrics.Count];
        for (int image = 0; image < _test.Count; image++)
        {
            metrics.Evaluate(_test[image], reconstructions.AsSpan(image * _test.WindowSamples, _test.WindowSamples), values);
            for (int metric = 0; metric < values.Length; metric++)
            {
                (_testLabels[image] == normal ? healthy : anomalous)[metric].Add(values[metric]);
            }
        }

        return MetricNames.Select((name, i) => (name, Discrimination.AreaUnderRoc([.. healthy[i]], [.. anomalous[i]])))
            .ToDictionary(pair => pair.name, pair => pair.Item2);
    }
}
