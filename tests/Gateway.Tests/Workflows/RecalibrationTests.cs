using Thrum.Detector.Alarms;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Workflows;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Tests.Workflows;

public sealed class RecalibrationTests
{
    private static readonly Lazy<byte[]> Trained = new(() => Train(Noise(1, 8_000)).Onnx);

    [Fact]
    public void Run_OtherHealthyRecordings_ReplacesTheCalibrationAndNothingElse()
    {
        using AutoencoderModel before = AutoencoderModel.Load("m", Trained.Value);

        byte[] onnx = Recalibration.Run(before, Trained.Value, new AxisRecordings([Noise(2, 100_000), Noise(3, 60_000)], 1), new DateOnly(2026, 2, 3)).Onnx;

        using AutoencoderModel after = AutoencoderModel.Load("m", onnx);
        Assert.Equal(10_000, after.Metadata.HealthyScores!.Metrics["mse"].Windows);
        Assert.Equal([6250, 3750], after.Metadata.HealthyScores.Metrics["mse"].BlockWindows);
        Assert.Equal("2026-02-03 on noise-2/x, noise-3/x", after.Metadata.Calibrated);
        Assert.Equal((before.Metadata.Training, before.Metadata.Anchors, before.Metadata.Date), (after.Metadata.Training, after.Metadata.Anchors, after.Metadata.Date));
        AlarmRule rule = new AlarmRuleOptions { FalseAlarms = "1/day" }.Resolve(after);
        Assert.NotNull(rule.Budget);
        Assert.True(rule.Budget.IsBeyondSupport);
        Assert.InRange(rule.Budget.LowPerHour, 0, rule.Budget.Budget.PerHour);
        Assert.InRange(rule.Budget.HighPerHour, rule.Budget.Budget.PerHour, double.MaxValue);
        Assert.InRange(rule.ClearLevel, after.Metadata.Calibration!.Metrics["mse"].Median, rule.RaiseLevel);
        Assert.Equal(0, AlarmTrial.Run(rule, Scores(after, Noise(4, 50_000)), after.Metadata.HopSamples / after.Metadata.SampleRateHz).Raises);
    }

    [Fact]
    public void Resolve_FileOfTooFewScoresOrOfAnotherHop_SaysWhySigmaTakesTheBudgetsPlace()
    {
        using AutoencoderModel few = AutoencoderModel.Load("m", Trained.Value);
        using AutoencoderModel otherHop = AutoencoderModel.Load("m", Trained.Value, new Dictionary<string, string> { ["hop"] = "8" });

        Assert.StartsWith("6 sigma in place of a budget: 100 healthy windows", new AlarmRuleOptions().Resolve(few).LevelOrigin, StringComparison.Ordinal);
        Assert.Equal("6 sigma in place of a budget: the model was calibrated at a hop of 16 samples and runs at 8", new AlarmRuleOptions().Resolve(otherHop).LevelOrigin);
        Assert.Equal("6 sigma", new AlarmRuleOptions { Threshold = ThresholdKind.Calibrated }.Resolve(few).LevelOrigin);
    }

    [Fact]
    public void Run_RecordingsOfABand_AddOrReplaceItsCalibrationAndNothingElse()
    {
        using AutoencoderModel before = AutoencoderModel.Load("m", Trained.Value);
        OperatingBand slow = new() { Name = "slow", From = 300, To = 1200 }, fast = new() { Name = "fast", From = 1200, To = 3000 };
        byte[] onnx = Trained.Value;
        foreach ((OperatingBand band, int seed, int samples) in new[] { (slow, 2, 30_000), (fast, 3, 40_000), (slow, 4, 50_000) })
        {
            using AutoencoderModel model = AutoencoderModel.Load("m", onnx);
            onnx = Recalibration.Run(model, onnx, new AxisRecordings([Noise(seed, samples)], 1), new DateOnly(2026, 2, 3), band).Onnx;
        }

        using AutoencoderModel after = AutoencoderModel.Load("m", onnx);
        Assert.Equal(before.Metadata.Calibration!.ToJson(), after.Metadata.Calibration!.ToJson());
        Assert.Equal([("fast", 2500), ("slow", 3125)], after.Metadata.Bands.Select(band => (band.Band.Name, band.Scores!.Metrics["mse"].Windows)));
        AlarmRule rule = new AlarmRuleOptions { Threshold = ThresholdKind.Calibrated }.Resolve(after);
        Assert.Equal(after.Metadata.Bands[1].Table.Metrics["mse"].SigmaLevel(6), rule.In(slow).RaiseLevel);
        Assert.True(double.IsNaN(rule.In(slow with { From = 200 }).RaiseLevel));
        Assert.Equal("", after.Metadata.Calibrated);
        Assert.Equal(["2026-02-03 on noise-3/x", "2026-02-03 on noise-4/x"], after.Metadata.Bands.Select(band => band.Calibrated));

        // Without a band the calibration of all running is replaced, and those of the bands stay with what they say.
        byte[] anew = Recalibration.Run(after, onnx, new AxisRecordings([Noise(5, 60_000)], 1), new DateOnly(2026, 2, 4)).Onnx;
        using AutoencoderModel last = AutoencoderModel.Load("m", anew);
        Assert.Equal("2026-02-04 on noise-5/x", last.Metadata.Calibrated);
        Assert.Equal(after.Metadata.Bands.Select(band => (band.Band.Name, band.Calibrated)), last.Metadata.Bands.Select(band => (band.Band.Name, band.Calibrated)));
    }

    [Fact]
    public void Run_RecordingThatTrainingSaw_IsRefused()
    {
        using AutoencoderModel model = AutoencoderModel.Load("m", Trained.Value);

        UsageException fault = Assert.Throws<UsageException>(() => Recalibration.Run(model, Trained.Value, new AxisRecordings([Noise(1, 50_000)], 1), default));

        Assert.Contains("noise-1/x holds about 100 % of what the model was trained on", fault.Message, StringComparison.Ordinal);
    }

    private static List<float> Scores(AutoencoderModel model, Signal signal)
    {
        List<float>[] scores = [[], []];
        using var scorer = new RecordingScorer(model);
        scorer.Score(signal.Samples, model.Metadata.HopSamples, scores);
        return scores[0];
    }

    private static TrainingOutcome Train(Signal signal) => new TrainingRequest
    {
        Signals = [signal],
        Options = new TrainingOptions { Model = "dense:16-8-16", Epochs = 2 },
        WindowSamples = 16,
        HopSamples = 16,
        Metrics = MetricExpression.ParseList(["mse", "lmse"]),
        Scale = 4,
        Date = new DateOnly(2026, 1, 2),
    }.Run(null, CancellationToken.None);

    /// <summary>The same seed begins with the same samples, however many there are.</summary>
    private static Signal Noise(int seed, int count)
    {
        var random = new Random(seed);
        float[] samples = [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() + random.NextDouble() + random.NextDouble()) - 1.5))];
        return new Signal($"noise-{seed}", "x", 1000, null, samples);
    }
}
