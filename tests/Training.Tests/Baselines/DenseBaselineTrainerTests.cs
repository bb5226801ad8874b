using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Training.Baselines;

namespace Thrum.Training.Tests.Baselines;

public sealed class DenseBaselineTrainerTests
{
    private const int Bins = 128;
    private const int WindowSamples = 256;
    private static readonly DateOnly Day = new(2026, 1, 2);

    [Fact]
    public void Train_LoadThatVaries_GivesACalibratedModelThatBeatsTheMeanSpectrum()
    {
        LearnedModel learned = new DenseBaselineTrainer().Train(Record(400, 300), Day, null, TestContext.Current.CancellationToken);

        using AutoencoderModel model = AutoencoderModel.Load("learned", learned.Onnx.ToArray());
        Assert.Equal((WindowSamples, 1024.0, "mse"), (model.Metadata.WindowSamples, model.Metadata.SampleRateHz, model.Description.Metrics[0]));
        Assert.Equal(300, model.Metadata.HealthyScores!.Metrics["mse"].Windows);
        Assert.Equal([100, 200], model.Metadata.HealthyScores.Metrics["mse"].BlockWindows);
        AlarmRule rule = new AlarmRuleOptions().Resolve(model);
        Assert.True(double.IsFinite(rule.RaiseLevel), rule.LevelOrigin);
        Assert.StartsWith("# pump/1/x", learned.Card, StringComparison.Ordinal);
        Assert.Contains("nobody has checked that the machine was", learned.Card, StringComparison.Ordinal);
        Assert.Matches(@"\| export \| checked on 80 validation windows: the file differs from the trained network by at most \d", learned.Card);
        Assert.All((string[])["more than their mean", "\"Path\"", "thrum run"], other => Assert.DoesNotContain(other, learned.Card, StringComparison.Ordinal));
        Assert.EndsWith("there is nothing to configure.\n", learned.Card, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_SameRecord_GivesTheSameBytes()
    {
        HealthyRecord record = Record(200, 120);
        byte[] once = new DenseBaselineTrainer().Train(record, Day, null, TestContext.Current.CancellationToken).Onnx.ToArray();
        byte[] again = new DenseBaselineTrainer().Train(record, Day, null, TestContext.Current.CancellationToken).Onnx.ToArray();
        Assert.Equal(once, again);
    }

    [Fact]
    public void Train_WindowsFarFromTheOthers_AreDroppedAndCounted()
    {
        HealthyRecord record = Record(200, 120);
        for (int window = 20; window < 24; window++)
        {
            record.Training.AsSpan(window * Bins, Bins).Fill(9);
        }

        Assert.Contains("; 4 dropped as outliers", new DenseBaselineTrainer().Train(record, Day, null, TestContext.Current.CancellationToken).Card, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_NewLine_ScoresAboveTheLevelThatHealthyWindowsStayBelow()
    {
        HealthyRecord record = Record(400, 300), later = Record(400, 300, seed: 7);
        using AutoencoderModel model = AutoencoderModel.Load("learned", new DenseBaselineTrainer().Train(record, Day, null, TestContext.Current.CancellationToken).Onnx.ToArray());
        double level = new AlarmRuleOptions().Resolve(model).RaiseLevel;
        Assert.InRange(Scores(model, later.HeldOut).Count(score => score >= level), 0, 1);

        for (int window = 0; window < later.HeldOutWindows; window++)
        {
            later.HeldOut.AsSpan((window * Bins) + 60, 3).Fill(1.5f);
        }

        Assert.All(Scores(model, later.HeldOut), score => Assert.True(score >= level, $"{score} is below {level}"));
    }

    [Fact]
    public void Train_Cancelled_Ends() =>
        Assert.Throws<OperationCanceledException>(() => new DenseBaselineTrainer().Train(Record(200, 120), Day, null, new CancellationToken(canceled: true)));

    [Fact]
    public void Train_NothingHeldOut_SaysSo() =>
        Assert.Contains("found 200 and 0", Assert.Throws<BaselineTrainingException>(
            () => new DenseBaselineTrainer().Train(Record(200, 0), Day, null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    private static float[] Scores(AutoencoderModel model, float[] rows)
    {
        using var runner = new BatchRunner(model, 1);
        float[] values = new float[model.Description.Metrics.Count];
        return [.. rows.Chunk(Bins).Select(row =>
        {
            Assert.True(model.Metadata.Normaliser.TryApply(row, runner.Input(0)));
            runner.Run(1);
            model.CompileMetrics().Evaluate(runner.Input(0), runner.Output(0), values);
            return values[0];
        })];
    }

    /// <summary>Log-spectra of a machine whose load and speed wander: two tilts and a little noise.</summary>
    private static HealthyRecord Record(int training, int heldOut, int seed = 1)
    {
        var random = new Random(seed);
        float[] Rows(int windows) => [.. Enumerable.Range(0, windows).SelectMany(_ =>
        {
            double load = (2 * random.NextDouble()) - 1, speed = (2 * random.NextDouble()) - 1;
            return Enumerable.Range(0, Bins).Select(bin =>
                (float)(-3 + (0.5 * load * Math.Cos(bin / 20.0)) + (0.4 * speed * Math.Sin(bin / 9.0)) + (0.1 * (random.NextDouble() - 0.5)))).ToArray();
        })];
        return new HealthyRecord
        {
            Axis = new AxisId("pump", "1", "x"),
            SampleRateHz = 1024,
            WindowSamples = WindowSamples,
            FeatureLength = Bins,
            Training = Rows(training),
            HeldOut = Rows(heldOut),
            HeldOutBlocks = heldOut == 0 ? [] : [100, heldOut - 100],
            FirstUnixNs = 1_763_769_600_000_000_000,
            LastUnixNs = 1_763_769_700_000_000_000,
        };
    }
}
