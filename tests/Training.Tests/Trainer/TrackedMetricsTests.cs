using System.Numerics;
using Thrum.Detector.Features;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Training.Data;
using Thrum.Training.Reports;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

/// <summary>Metrics that a training follows for its report.</summary>
public sealed class TrackedMetricsTests
{
    private const double Rate = 320;
    private const int Windows = 60;
    private static readonly TrainingOptions Quick = new() { Model = "dense:64-24-64", Epochs = 3, BatchSize = 32, LearningRate = 3e-3, Restarts = 0, LossScale = 4, SampleRateHz = Rate };

    /// <summary>The last number of a curve is the one that the model will be judged by, bins in Hz and sums over an axis included.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Train_TrackedMetrics_AreWhatTheDetectorScoresWithTheFile(int axes)
    {
        int length = 64 / axes;
        string[] track = [$"fft(1..{length / 2})", "fft(20Hz..60Hz)", "mse+0.5*fft(2)", "mse", "mae", "sad", "lmse", "lmse-max", "relative", "fl(mae)", "fl(relative)", "exceedance(0.5,l2)"];
        WindowSet train = ToySignals.Tones(Windows, 64, 1), validation = ToySignals.Tones(Windows, 64, 2);
        TrainedModel trained = Train(train, validation, Quick with { Axes = axes, Track = track });

        List<float>[] scores = Scored(trained, axes, validation);
        EpochReport kept = trained.History[trained.BestEpoch - 1];
        Assert.All(track.Index(), metric => Assert.Equal(scores[metric.Index].Average(), kept.ValidationMetrics[metric.Index], 1e-4 * scores[metric.Index].Average()));
        scores = Scored(trained, axes, train);
        Assert.All(track.Index(), metric => Assert.Equal(scores[metric.Index].Average(), kept.TrainMetrics[metric.Index], 1e-4 * scores[metric.Index].Average()));
    }

    [Fact]
    public void Train_TrackedLinesOfTwoAxes_AreTheMeanOfTheSpectraOfEach()
    {
        WindowSet validation = ToySignals.Tones(Windows, 64, 2);
        TrainedModel trained = Train(ToySignals.Tones(Windows, 64, 1), validation, Quick with { Axes = 2, Track = ["fft(1..16)"] });
        float[] reconstructions = trained.Reconstruct(validation);

        double sum = 0;
        for (int start = 0; start < reconstructions.Length; start += 32)
        {
            sum += Enumerable.Range(1, 16).Average(k => Math.Abs(Amplitude(validation.Values.Slice(start, 32), k) - Amplitude(reconstructions.AsSpan(start, 32), k)));
        }

        double expected = sum / (2 * Windows);
        Assert.Equal(expected, trained.History[trained.BestEpoch - 1].ValidationMetrics[0], 1e-5 * expected);
    }

    /// <summary>What no detector measures keeps its place among what it does.</summary>
    [Fact]
    public void Train_TrackedLossThatNoDetectorMeasures_IsFollowedToo()
    {
        WindowSet validation = ToySignals.Tones(Windows, 64, 2);
        TrainedModel trained = Train(ToySignals.Tones(Windows, 64, 1), validation, Quick with { Track = ["mae", "log-cosh", "mse"], StopOn = "huber(1)" });

        double[] d = [.. trained.Reconstruct(validation).Zip(validation.Values.ToArray(), (found, wanted) => (double)found - wanted)];
        EpochReport kept = trained.History[trained.BestEpoch - 1];
        Assert.Equal([d.Average(Math.Abs), d.Average(x => Math.Log(Math.Cosh(x))), d.Average(x => x * x)], kept.ValidationMetrics, (a, b) => Math.Abs(a - b) < 1e-4 * a);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("fft(1..8)", 1)]
    [InlineData("sad", 2)]
    [InlineData("lmse-max", 4)]
    public void Train_WithAndWithoutTrackedMetrics_GivesTheSameFile(string stopOn, int axes)
    {
        byte[] File(params string[] track) => Train(ToySignals.Tones(Windows, 64, 1), ToySignals.Tones(Windows, 64, 2), Quick with { Epochs = 8, StopOn = stopOn, Axes = axes, Track = track })
            .ToOnnx(new Dictionary<string, string>());

        Assert.Equal(File(), File("mse", "sad", "lmse-max", "fft(1..8)", "log-cosh"));
    }

    /// <summary>Of several axes the loss is a sum over all of them, and the score a mean over the axes: both are shown, and that is no clamp.</summary>
    [Fact]
    public void Findings_OfASumOverTwoAxes_SayNothingOfAScale()
    {
        TrainingOptions options = Quick with { Axes = 2, Loss = "sad", Track = ["sad", "mse"] };
        WindowSet validation = ToySignals.Tones(Windows, 64, 2);
        var study = TrainingStudy.Of(Train(ToySignals.Tones(Windows, 64, 1), validation, options), validation);

        MetricCurve scored = Assert.Single(study.Curves.Metrics, curve => curve.Name == "sad");
        Assert.Equal(study.Curves.Loss.Validation[^1] / 2, scored.Validation[^1], 1e-4 * scored.Validation[^1]);
        Assert.DoesNotContain(study.Findings(), finding => finding.Kind == FindingKind.ScaleTooSmall);
    }

    private static TrainedModel Train(WindowSet train, WindowSet validation, TrainingOptions options) =>
        AutoencoderTrainer.Train(train, validation, options, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Scores of the windows, their parts taken as axes, by the exported file and the code that serves it.</summary>
    private static List<float>[] Scored(TrainedModel trained, int axes, WindowSet windows)
    {
        int length = 64 / axes;
        var metadata = new ModelMetadata
        {
            WindowSamples = length,
            HopSamples = length,
            SampleRateHz = Rate,
            Axes = axes == 1 ? ModelAxes.One : new ModelAxes(axes, [.. Enumerable.Range(1, axes).Select(axis => $"{axis}")]),
            Feature = axes == 1 ? FeatureSpec.Waveform : FeatureSpec.Quantities,
            Normaliser = new Normaliser(0, 1),
            Scale = trained.Options.LossScale,
            Metrics = [.. trained.Options.Track.Select(MetricExpression.Parse)],
        };
        using AutoencoderModel model = AutoencoderModel.Load("tracked", trained.ToOnnx(metadata.ToProperties()));
        using var scorer = new RecordingScorer(model);
        List<float>[] scores = [.. metadata.Metrics.Select(_ => new List<float>())];
        ReadOnlyMemory<float>[] recording = [.. Enumerable.Range(0, axes).Select(axis => (ReadOnlyMemory<float>)Enumerable.Range(0, windows.Count)
            .SelectMany(i => windows[i].Slice(axis * length, length).ToArray()).ToArray())];
        scorer.Score(recording, length, scores);
        return scores;
    }

    private static double Amplitude(ReadOnlySpan<float> samples, int bin)
    {
        Complex sum = Complex.Zero;
        for (int i = 0; i < samples.Length; i++)
        {
            sum += samples[i] * Complex.FromPolarCoordinates(1, -2 * Math.PI * bin * i / samples.Length);
        }

        return (2 * bin == samples.Length ? 1.0 : 2.0) / samples.Length * sum.Magnitude;
    }
}
