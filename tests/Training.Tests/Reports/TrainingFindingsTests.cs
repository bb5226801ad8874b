using System.Globalization;
using Thrum.Training.Reports;
using Thrum.Training.Tests.Trainer;
using Thrum.Training.Trainer;
using static Thrum.Training.Tests.Reports.SymptomRuns;

namespace Thrum.Training.Tests.Reports;

/// <summary>Each finding on a training that was made to have it; and none of them on a sound one.</summary>
public sealed class TrainingFindingsTests
{
    [Fact]
    public void Findings_OfASoundTraining_SayThatNothingStandsOut()
    {
        TrainingFinding finding = Assert.Single(OnTones(Healthy, "mae", "lmse").Findings());
        Assert.True(finding.Kind == FindingKind.Sound, finding.ToString());
        Assert.EndsWith("; of 2 metrics beside it none moved against it; 0 of 72 hidden units are dead.", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_OfABottleneckOfOne_AreUnderfittingAndTooFewUnits()
    {
        FindingKind[] kinds = Kinds(OnTones(Healthy with { Model = "dense:64-1-64,linear", Schedule = "constant" }));
        Assert.Contains(FindingKind.Underfitting, kinds);
        Assert.Contains(FindingKind.PlateauCapacity, kinds);
        Assert.DoesNotContain(FindingKind.Overfitting, kinds);
        Assert.DoesNotContain(FindingKind.PlateauLearningRate, kinds);
    }

    [Fact]
    public void Findings_OfAFewWindowsAndALargeNetwork_AreOverfitting()
    {
        TrainingOptions large = Healthy with { Model = "dense:64-64-24-64-64,tanh", Epochs = 150, Patience = 150 };
        FindingKind[] kinds = Kinds(Run(large, ToySignals.Tones(16, Window, 1), ToySignals.Tones(200, Window, 2)));
        Assert.Contains(FindingKind.Overfitting, kinds);
        Assert.DoesNotContain(FindingKind.Underfitting, kinds);
    }

    [Fact]
    public void Findings_OfSmallStepsOnNoise_AreThatNothingWasLearned() =>
        Assert.Contains(FindingKind.Collapsed, Kinds(Run(Healthy with { Epochs = 3, LearningRate = 1e-5 }, ToySignals.Noise(200, Window, 1), ToySignals.Noise(100, Window, 2))));

    /// <summary>What a network gives that knows nothing yet exceeds nothing.</summary>
    [Fact]
    public void Findings_OfAStopThatKeptAnUntrainedEpoch_SayThatAnotherLearned()
    {
        TrainingStudy study = OnTones(Healthy with { StopOn = "exceedance(2,l1)", LearningRate = 5e-5 });
        TrainingFinding found = Assert.Single(study.Findings(), finding => finding.Kind == FindingKind.Collapsed);
        Assert.Contains("which was kept because exceedance(2,l1) was lowest there", found.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("Leave out --stop-on", found.Try, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_OfTooFewEpochs_SayToRunMoreFirst()
    {
        TrainingFinding found = Assert.Single(OnTones(Healthy with { Epochs = 2, LearningRate = 1e-6 }).Findings(), finding => finding.Kind == FindingKind.Collapsed);
        Assert.Equal("The network learned nothing", found.Title);
        Assert.StartsWith("More epochs first", found.Try, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_OfAnEarlyEnd_AreThatItStillImproved()
    {
        FindingKind[] kinds = Kinds(OnTones(Healthy with { Epochs = 8, Schedule = "constant", LearningRate = 1e-3 }));
        Assert.Contains(FindingKind.StillImproving, kinds);
        Assert.DoesNotContain(FindingKind.PlateauCapacity, kinds);
    }

    [Fact]
    public void Findings_OfLongSteps_AreAPlateauOfTheLearningRate()
    {
        FindingKind[] kinds = Kinds(OnTones(Healthy with { LearningRate = 0.05, Schedule = "constant", BatchSize = 8, Epochs = 30 }));
        Assert.Contains(FindingKind.PlateauLearningRate, kinds);
        Assert.DoesNotContain(FindingKind.PlateauCapacity, kinds);
    }

    [Theory]
    [InlineData("gaussian:0.002", FindingKind.NoiseTooLow)]
    [InlineData("gaussian:6", FindingKind.NoiseTooHigh)]
    [InlineData("gaussian:0.5", null)]
    public void Findings_OfDenoising_JudgeTheLevel(string noise, FindingKind? expected)
    {
        FindingKind[] kinds = [.. Kinds(OnTones(Healthy with { Noise = noise })).Where(kind => kind is FindingKind.NoiseTooLow or FindingKind.NoiseTooHigh)];
        Assert.Equal(expected is { } kind ? [kind] : [], kinds);
    }

    /// <summary>A network that gave up makes as little of clean windows as of noisy ones: that the noise changes nothing then is no sign that it is low.</summary>
    [Fact]
    public void Findings_OfNoiseThatTheNetworkGaveUpOn_CallItTooHigh()
    {
        TrainingStudy study = Run(Healthy with { Epochs = 10, Noise = "gaussian:5" }, ToySignals.Noise(300, Window, 1), ToySignals.Noise(100, Window, 2));

        Assert.InRange(study.Probe.NoisyError!.Value / study.Probe.CleanError, 0.9, 1.25);
        Assert.Contains(FindingKind.NoiseTooHigh, Kinds(study));
        Assert.DoesNotContain(FindingKind.NoiseTooLow, Kinds(study));
    }

    [Fact]
    public void Findings_OfMseOnBursts_AreThatTheRelativeErrorRises()
    {
        TrainingFinding finding = About("relative", Run(Healthy with { LearningRate = 3e-4 }, Bursts(600, 1), Bursts(200, 2), "relative", "fft(20)"));
        Assert.Equal(FindingKind.MetricRises, finding.Kind);
        Assert.Contains("relative error", finding.Title, StringComparison.Ordinal);
        Assert.Contains("*relative'", finding.Try, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_OfMseOnAWeakLine_AreThatItsFrequencyRises()
    {
        TrainingOptions narrow = Healthy with { Model = "dense:64-4-64,linear" };
        TrainingFinding finding = About("fft(20)", Run(narrow, WithWeakLine(600, 1), WithWeakLine(200, 2), "fft(20)", "fft(3..5)"));
        Assert.Equal(FindingKind.MetricRises, finding.Kind);
        Assert.Contains("mismatch of frequency", finding.Title, StringComparison.Ordinal);
        Assert.Contains("mse+", finding.Try, StringComparison.Ordinal);
    }

    /// <summary>What the finding says to do, done: the metric falls then.</summary>
    [Fact]
    public void Findings_RemedyForAWeakLine_Works()
    {
        TrainingOptions narrow = Healthy with { Model = "dense:64-4-64,linear" };
        TrainingStudy before = Run(narrow, WithWeakLine(600, 1), WithWeakLine(200, 2), "fft(20)");
        string loss = About("fft(20)", before).Try.Split('\'')[1];
        TrainingStudy after = Run(narrow with { Loss = loss }, WithWeakLine(600, 1), WithWeakLine(200, 2), "fft(20)");
        Assert.True(after.Curves.Metrics[0].Validation[after.Curves.Best] < 0.9 * before.Curves.Metrics[0].Validation[before.Curves.Best], loss);
    }

    [Fact]
    public void Findings_OfTwoLinesAmongSpikes_AreThatTheSquaredErrorStalls()
    {
        TrainingFinding finding = About("mse", Run(Healthy with { Loss = "fft(3,5)" }, WithSpikes(600, 1), WithSpikes(200, 2), "mse"));
        Assert.Equal(FindingKind.MetricStalls, finding.Kind);
        Assert.Contains("mismatch of scale", finding.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_OfStepsThatKillReLU_AreDeadUnits()
    {
        TrainingStudy study = OnTones(Healthy with { Model = "dense:64-32-8-32-64,relu", LearningRate = 0.2, Schedule = "constant", Epochs = 12 });
        Assert.Contains(FindingKind.DeadUnits, Kinds(study));
        Assert.Equal([32, 8, 32], study.Hidden.Select(layer => layer.Units));
        Assert.All(OnTones(Healthy with { Epochs = 2 }).Hidden, layer => Assert.Equal(0, layer.Dead));
    }

    [Fact]
    public void Findings_OfASoundTraining_ClaimNothingThatWasNotLookedAt()
    {
        TrainingStudy study = OnTones(Healthy, "mae") with { ShownOnly = ["mae"] };

        Assert.EndsWith("training windows; 9 of 100 hidden units are dead.", Assert.Single((study with { Hidden = [new LayerUnits("a", 100, 9)] }).Findings()).Evidence, StringComparison.Ordinal);
        Assert.EndsWith("on training windows.", Assert.Single((study with { Hidden = [] }).Findings()).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dense:64-32-8-32-64", "dense:64-32-8-32-64,leaky")]
    [InlineData("dense:64-32-8-32-64,tanh,dropout=0.1,out=tanh", "dense:64-32-8-32-64,dropout=0.1,out=tanh,leaky")]
    [InlineData("dense:64-32-8-32-64,leaky", "dense:64-32-8-32-64,elu")]
    public void Findings_OfDeadUnits_SuggestAModelThatCanBeTrained(string model, string suggestion)
    {
        string advice = Dead(OnTones(Healthy with { Model = model, Epochs = 1 })).Try;

        Assert.Contains($"--model '{suggestion}'", advice, StringComparison.Ordinal);
        Assert.Empty((Healthy with { Model = suggestion }).Validate());
    }

    [Fact]
    public void Findings_OfDeadUnitsInAnLstm_SuggestNothingThatItRefuses()
    {
        TrainingStudy study = OnTones(Healthy with { Model = "lstm:8x8-6", Epochs = 1 });

        Assert.Equal([("code", 6)], study.Hidden.Select(layer => (layer.Layer, layer.Units)));
        Assert.All((string[])["activation", "norm"], refused => Assert.DoesNotContain(refused, Dead(study).Try, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(199, true)]
    [InlineData(200, false)]
    [InlineData(null, false)]
    public void Findings_OfAShortCalibration_WarnOfThresholds(int? windows, bool isFound)
    {
        TrainingStudy study = OnTones(Healthy with { Epochs = 3 }) with { Scores = Scores(300, 0, 310) with { CalibrationWindows = windows } };
        Assert.Equal(isFound, Kinds(study).Contains(FindingKind.ShortCalibration));
        study = OnTones(Healthy with { Epochs = 2, LearningRate = 1e-6 }) with { Scores = study.Scores };
        Assert.DoesNotContain(FindingKind.ShortCalibration, Kinds(study));
    }

    [Theory]
    [InlineData(100, "hardly score higher")]
    [InlineData(-200, "score lower")]
    [InlineData(300, "")]
    public void Findings_OfFaultsThatDoNotStandOut_SaySo(int from, string expected)
    {
        var scores = new ScoreComparison("mse", [.. Enumerable.Range(0, 300).Select(i => (double)i)], [.. Enumerable.Range(from, 200).Select(i => (double)i)], null);
        TrainingFinding[] found = [.. (OnTones(Healthy with { Epochs = 3 }) with { Scores = scores }).Findings().Where(finding => finding.Kind == FindingKind.Indistinct)];
        Assert.Equal(expected.Length > 0 ? 1 : 0, found.Length);
        Assert.All(found, finding => Assert.Contains(expected, finding.Title, StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_OfUnequalGroups_AreImbalance()
    {
        TrainingStudy study = OnTones(Healthy with { Epochs = 2 }) with { Recordings = [("long", 100_000), ("short", 900)] };
        Assert.Contains(study.Findings(), finding => finding.Kind == FindingKind.Imbalance && finding.Evidence.Contains("short 900", StringComparison.Ordinal));
        study = study with { Recordings = [("a", 1000), ("b", 900)], Scores = Scores(300, 10, 150) };
        Assert.Contains(study.Findings(), finding => finding.Kind == FindingKind.Imbalance && finding.Evidence.Contains("10 faulty", StringComparison.Ordinal));
        Assert.DoesNotContain(FindingKind.Imbalance, Kinds(study with { Scores = Scores(300, 300, 150) }));
    }

    [Theory]
    [InlineData(500, "high")]
    [InlineData(10, "low")]
    [InlineData(300, "")]
    public void Findings_OfAThreshold_SayWhichWayItIsOff(double threshold, string direction)
    {
        TrainingFinding[] found = [.. (OnTones(Healthy with { Epochs = 2 }) with { Scores = Scores(300, 300, threshold) }).Findings().Where(finding => finding.Kind == FindingKind.Threshold)];
        Assert.Equal(direction.Length > 0 ? 1 : 0, found.Length);
        Assert.All(found, finding => Assert.Contains($"is {direction}", finding.Title, StringComparison.Ordinal));
    }

    /// <summary>A score of the detector is shown as the detector will give it, also where the loss has a slope beyond its clamp.</summary>
    [Fact]
    public void Curves_OfALossBeyondItsClamp_ShowTheDetectorsMetricToo()
    {
        TrainingStudy study = OnTones(Healthy with { Epochs = 2, Loss = "lmse", LossScale = 0.5 });
        MetricCurve metric = Assert.Single(study.Curves.Metrics, curve => curve.Name == "lmse");
        Assert.All(metric.Train.Concat(metric.Validation), value => Assert.InRange(value, 0, -Math.Log(1e-6)));
        Assert.All(study.Curves.Loss.Train.Concat(study.Curves.Loss.Validation), value => Assert.True(value > 100));
        Assert.DoesNotContain(study.Findings(), finding => finding.Metric == "lmse");

        TrainingFinding small = Assert.Single(study.Findings(), finding => finding.Kind == FindingKind.ScaleTooSmall);
        Assert.Contains("as the detector scores it", small.Evidence, StringComparison.Ordinal);
        double scale = double.Parse(small.Try.Split(' ', ':')[1], CultureInfo.InvariantCulture);
        Assert.DoesNotContain(FindingKind.ScaleTooSmall, Kinds(OnTones(Healthy with { Epochs = 2, Loss = "lmse", LossScale = scale })));

        study = OnTones(Healthy with { Epochs = 2 }, "mae");
        Assert.Equal(["mae"], study.Curves.Metrics.Select(curve => curve.Name));
        Assert.Equal("mse", study.Curves.Loss.Name);
        Assert.DoesNotContain(double.NaN, study.Curves.Loss.Train);
    }

    [Fact]
    public void Of_ATrainingThatTrackedNothing_IsRefused()
    {
        TrainedModel model = AutoencoderTrainer.Train(ToySignals.Tones(40, Window, 1), ToySignals.Tones(20, Window, 2), Healthy with { Epochs = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Throws<ArgumentException>(() => TrainingCurves.Of(model));
    }

    /// <summary>Healthy scores 0, 1, 2…, and faulty ones from 300 on.</summary>
    private static ScoreComparison Scores(int healthy, int faulty, double threshold) =>
        new("mse", [.. Enumerable.Range(0, healthy).Select(i => (double)i)], [.. Enumerable.Range(300, faulty).Select(i => (double)i)], threshold);

    private static FindingKind[] Kinds(TrainingStudy study) => [.. study.Findings().Select(finding => finding.Kind)];

    private static TrainingFinding Dead(TrainingStudy study) =>
        Assert.Single((study with { Hidden = [new LayerUnits("a", 10, 5)] }).Findings(), finding => finding.Kind == FindingKind.DeadUnits);

    private static TrainingFinding About(string metric, TrainingStudy study) => Assert.Single(study.Findings(), finding => finding.Metric == metric);
}
