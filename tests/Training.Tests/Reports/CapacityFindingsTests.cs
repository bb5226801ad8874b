using Thrum.Training.Reports;
using Thrum.Training.Tests.Trainer;
using Thrum.Training.Trainer;
using static Thrum.Training.Tests.Reports.SymptomRuns;

namespace Thrum.Training.Tests.Reports;

/// <summary>One verdict on what was learned, which does not turn about at a bound.</summary>
public sealed class CapacityFindingsTests
{
    private static readonly FindingKind[] Verdicts = [FindingKind.Overfitting, FindingKind.Underfitting, FindingKind.Gap, FindingKind.NoisySignal];

    /// <summary>Noise has nothing to compress: a code of 8 of 64 numbers leaves seven eighths of it, and there is nothing better.</summary>
    [Fact]
    public void Findings_OfTonesUnderNoise_AreThatNoiseCannotBeReconstructed()
    {
        TrainingStudy study = Run(Healthy with { LearningRate = 1e-3 }, UnderNoise(6000, 1), UnderNoise(900, 2));
        TrainingFinding finding = Assert.Single(study.Findings(), finding => Verdicts.Contains(finding.Kind));

        Assert.True(finding.Kind == FindingKind.NoisySignal, finding.ToString());
        Assert.Contains("the best linear code of as many numbers, 8, leaves ", finding.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain(study.Findings(), other => other.Kind == FindingKind.PlateauCapacity);
    }

    /// <summary>The same code on tones: twice as many numbers hold far more, so it is too narrow.</summary>
    [Fact]
    public void Findings_OfABottleneckOfOne_SayWhatALinearCodeCouldDo()
    {
        TrainingFinding finding = Verdict(OnTones(Healthy with { Model = "dense:64-1-64,linear", Schedule = "constant" }));

        Assert.Equal(FindingKind.Underfitting, finding.Kind);
        Assert.Contains("the gap between both is not the trouble. A linear code of 1 numbers leaves 7", finding.Evidence, StringComparison.Ordinal);
    }

    /// <summary>The ratio of a real training, moved: from one step to the next only the next graver verdict, and one at a time.</summary>
    [Theory]
    [InlineData(0.4, 1.1, FindingKind.Underfitting, "the gap between both is not the trouble")]
    [InlineData(0.4, 1.49, FindingKind.Underfitting, "1.49 times as much as on training windows, so that a gap opens too")]
    [InlineData(0.4, 1.51, FindingKind.Underfitting, "1.51 times as much as on training windows, so that a gap opens too")]
    [InlineData(0.4, 2.1, FindingKind.Overfitting, "learning more of them would widen the gap")]
    [InlineData(0.2, 1.1, null, "")]
    [InlineData(0.2, 1.49, FindingKind.Gap, "1.49 times the loss on training windows (bound 1.35; 2 is overfitting)")]
    [InlineData(0.2, 1.51, FindingKind.Gap, "1.51 times")]
    [InlineData(0.2, 2.1, FindingKind.Overfitting, "2.10 times the loss on training windows (bound 2).")]
    public void Findings_AroundABound_AreOneVerdict(double share, double ratio, FindingKind? expected, string evidence)
    {
        TrainedModel trained = AutoencoderTrainer.Train(
            ToySignals.Tones(100, Window, 1), ToySignals.Tones(40, Window, 2), Healthy with { Epochs = 2, Track = ["mse"] }, cancellationToken: TestContext.Current.CancellationToken);
        double train = share * trained.ConstantOutputLoss;
        TrainingStudy study = TrainingStudy.Of(trained, ToySignals.Tones(40, Window, 2));
        var loss = new MetricCurve("mse", [train, train], [ratio * train, ratio * train]);
        TrainingFinding[] found = [.. (study with { Curves = new TrainingCurves(loss, [], 1, study.Curves.Epochs) }).Findings().Where(finding => Verdicts.Contains(finding.Kind))];

        Assert.Equal(expected is { } kind ? [kind] : [], found.Select(finding => finding.Kind));
        Assert.All(found, finding => Assert.Contains(evidence, finding.Evidence, StringComparison.Ordinal));
    }

    /// <summary>Of white noise a code of k of n numbers leaves (n − k)/n, of two tones of random phase one of four leaves what is no tone, and one of two leaves half.</summary>
    [Fact]
    public void LinearCode_OfKnownSignals_LeavesWhatItMust()
    {
        LinearCode white = LinearCode.Of(ToySignals.Noise(1000, Window, 1), 8)!.Value, tones = LinearCode.Of(ToySignals.Tones(1000, Window, 1), 2)!.Value;

        Assert.Equal((0.875, 0.75), (white.Same, white.Twice), (a, b) => Math.Abs(a.Item1 - b.Item1) < 0.02 && Math.Abs(a.Item2 - b.Item2) < 0.02);
        Assert.True(white.LeavesNoise);
        Assert.Equal((0.5, 0.005), (tones.Same, tones.Twice), (a, b) => Math.Abs(a.Item1 - b.Item1) < 0.05 && Math.Abs(a.Item2 - b.Item2) < 0.003);
        Assert.False(tones.LeavesNoise);
        Assert.True(LinearCode.Of(ToySignals.Tones(1000, Window, 1), 4)!.Value.LeavesNoise);
        Assert.Null(LinearCode.Of(ToySignals.Noise(63, Window, 1), 8));
        Assert.Null(LinearCode.Of(ToySignals.Noise(1000, Window, 1), 32));
    }

    private static TrainingFinding Verdict(TrainingStudy study) => Assert.Single(study.Findings(), finding => Verdicts.Contains(finding.Kind));
}
