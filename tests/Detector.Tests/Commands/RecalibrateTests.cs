using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Calibration;
using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Operating;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Commands;

public sealed class RecalibrateTests
{
    private static readonly AxisId Axis = new("m", "s", "a");

    private static readonly AlarmRuleOptions Rule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 2, OfWindows = 3 };

    private static readonly DetectorOptions Baselines = new()
    {
        Shards = 1,
        Lateness = TimeSpan.FromMilliseconds(20),
        Baseline = new BaselineOptions { Window = TimeSpan.FromMilliseconds(64), Learning = TimeSpan.FromSeconds(2), Calibration = TimeSpan.FromSeconds(2) },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Recalibrate_OtherLevelsAndDistributions_HoldUntilTheyAreTakenBack()
    {
        using AutoencoderModel model = TestModels.LoadDense();
        using var run = new PipelineRun(new DetectorOptions { Shards = 1 }, rules: Rule);
        AxisRecalibration first = Around(model.Hash, 300, raise: 2000), second = Around(model.Hash, 900, raise: 3000);

        await run.FeedAsync(
            [
                Loud(0), Loud(1) with { Command = Recalibrate(first) }, Loud(2) with { Command = Recalibrate(second) },
                Loud(3) with { Command = Restore() }, Loud(4) with { Command = Restore() }, Loud(5) with { Command = Restore() },
            ],
            Cancelled);

        Assert.Equal(
            [CommandOutcome.Applied, CommandOutcome.Applied, CommandOutcome.Applied, CommandOutcome.Applied, CommandOutcome.WrongState],
            run.Results.Select(result => result.Outcome));
        Assert.Contains("is calibrated by 400 windows from 2025-11-22T00:00:00Z", run.Results[0].Message, StringComparison.Ordinal);
        Assert.Contains("again", run.Results[2].Message, StringComparison.Ordinal);
        Assert.EndsWith("of its model again", run.Results[3].Message, StringComparison.Ordinal);
        float[] thresholds = [.. run.Of(Axis).Select(window => window.Threshold)];
        Assert.Equal([50, 2000, 3000, 2000, 50], thresholds.Where((level, i) => i == 0 || level != thresholds[i - 1]));
        Assert.All(run.Of(Axis), window => Assert.Equal(window.Threshold == 50, float.IsNaN(window.PValue)));
        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Normal, AlarmState.ActiveUnacknowledged], run.Transitions.Select(transition => transition.To));
    }

    [Fact]
    public async Task Recalibrate_AnotherRevisionOrNoCalibrationAtAll_ChangesNothing()
    {
        using var run = new PipelineRun(new DetectorOptions { Shards = 1 }, rules: Rule);

        await run.FeedAsync(
            [
                Loud(0) with { Command = Recalibrate(Around("another", 300, 2000)) },
                Loud(1) with { Command = Recalibrate(Around("", 300, 2000)) with { Calibration = "{}" } },
                Loud(2) with { Command = Recalibrate(Around("", 300, 2000)) with { Target = Axis with { Axis = "b" } } },
            ],
            Cancelled);

        Assert.Equal([CommandOutcome.WrongState, CommandOutcome.Invalid, CommandOutcome.Unknown], run.Results.Select(result => result.Outcome));
        Assert.All(run.Of(Axis), window => Assert.Equal(50, window.Threshold));
    }

    /// <summary>The joint axis has the model's alarms; its axes have their baselines' only.</summary>
    [Fact]
    public async Task Recalibrate_AxisOfAJointModel_SaysThatItHasNoSuchAlarms()
    {
        AutoencoderModel model = JointModels.LoadThreeAxes();
        string revision = model.Hash;
        using var run = new PipelineRun(model, new DetectorOptions { Shards = 1 }, rules: Rule);
        TestBlock[] blocks = [.. Enumerable.Range(0, 4).SelectMany(i => new[] { "x", "y", "z" }.Select(axis => TestBlock.Noise(Axis with { Axis = axis }, i, 50)))];
        blocks[^1] = blocks[^1] with { Command = Recalibrate(Around(revision, 300, 2000)) with { Target = Axis with { Axis = "x" } } };

        await run.FeedAsync(blocks, Cancelled);

        CommandResult result = Assert.Single(run.Results);
        Assert.Equal(CommandOutcome.WrongState, result.Outcome);
        Assert.StartsWith("m/s/x has no alarms", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recalibrate_BandThatTheAxisHasNot_ChangesNothing()
    {
        using AutoencoderModel model = TestModels.LoadDense();
        AxisRecalibration own = Around(model.Hash, 300, 2000) with { Band = SpeedRun.Slow };
        using var run = new PipelineRun(new DetectorOptions { Shards = 1 }, rules: Rule);
        using var banded = new PipelineRun(new DetectorOptions { Shards = 1, Operating = [SpeedRun.Operating with { Bands = [SpeedRun.Slow with { To = 900 }] }] }, rules: Rule);

        // Samples of no known speed, too old to wait for one.
        await run.FeedAsync([Loud(0) with { Command = Recalibrate(own) }], Cancelled);
        await banded.FeedAsync([.. Enumerable.Range(0, 30).Select(Loud), Loud(30) with { Command = Recalibrate(own) }, Loud(31) with { Command = Recalibrate(own with { Band = null }) }], Cancelled);

        Assert.Equal(
            [
                "the calibration of m/s/a is of the band slow (500 to 1500), expected none", "the calibration of m/s/a is of the band slow (500 to 1500), expected slow (500 to 900)",
                "the calibration of m/s/a is of the band none, expected slow (500 to 900)",
            ],
            run.Results.Concat(banded.Results).Select(result => result.Message));
        Assert.All(run.Results.Concat(banded.Results), result => Assert.Equal(CommandOutcome.WrongState, result.Outcome));
    }

    /// <summary>Behind another rate the baseline learns anew: what was calibrated of the one before holds neither for a process that goes on nor for one that begins there.</summary>
    [Theory]
    [InlineData(55)]
    [InlineData(75)]
    [InlineData(95)]
    public async Task Recalibrate_BaselineWhoseRateChangesAndCrash_GivesIdenticalScores(int end)
    {
        TestBlock[] journal =
        [
            .. Enumerable.Range(0, 80).Select(i => TestBlock.Noise(Axis, i, 64)),
            .. Enumerable.Range(80, 80).Select(i => TestBlock.Noise(Axis, i, 64) with { RateHz = 2000, Samples = [.. TestBlock.Noise(Axis, i, 128).Samples] }),
        ];
        journal = [.. journal.Select((block, i) => block with { Sequence = (2 * i) + 1, IsBarrier = i % 10 == 0, Command = i == 70 ? Recalibrate(OfBaseline()) : null })];
        using var whole = new PipelineRun(Baselines, "nobody/*");
        await whole.FeedAsync(journal, Cancelled);
        using Lives lives = await Lives.LiveAsync(journal, [end], _ => new PipelineRun(Baselines, "nobody/*"), Cancelled);

        lives.AssertTellWhat(whole);
        Assert.Equal(CommandOutcome.Applied, Assert.Single(whole.Results).Outcome);
        Assert.Equal(WindowStatus.Valid, whole.Of(Axis).Last().Status);
    }

    [Fact]
    public async Task Recalibrate_Combination_CountsByTheNewDistributions()
    {
        using AutoencoderModel model = TestModels.LoadDense();
        AlarmRuleOptions both = Rule with { Metric = "all(mse, mse+0.5*fft(120Hz..180Hz))", Raise = 2, Clear = 1.5 };
        using var run = new PipelineRun(new DetectorOptions { Shards = 1 }, rules: both);

        // Without a calibration the rule cannot compute; with one far below it alarms, with one around it it does not.
        await run.FeedAsync(
            [
                Loud(0), Loud(1) with { Command = Recalibrate(Around(model.Hash, 1, raise: 2)) }, Loud(2), Loud(3) with { Command = Recalibrate(Around(model.Hash, 2000, raise: 2)) }, Loud(4), Loud(5),
            ],
            Cancelled);

        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Normal], run.Transitions.Select(transition => transition.To));
    }

    [Fact]
    public async Task Recalibrate_Baseline_ShiftsItsDeviations()
    {
        using var run = new PipelineRun(Baselines, "nobody/*");

        await run.FeedAsync(
            Enumerable.Range(0, 120).Select(i => TestBlock.Noise(Axis, i, 64, i < 80 ? 1 : 20) with { Command = i == 100 ? Recalibrate(OfBaseline()) : null }), Cancelled);

        Assert.Equal(CommandOutcome.Applied, Assert.Single(run.Results).Outcome);
        double[] rms = [.. run.Windows.Where(entry => entry.Window.Status == WindowStatus.Valid).Select(entry => (double)entry.Metrics[BaselineScores.Deviation(BaselineScores.Rms)])];
        Assert.True(rms[^25] > 20, $"{rms[^25]}");
        Assert.All(rms[^10..], deviation => Assert.InRange(deviation, -6, 6));
    }

    [Fact]
    public async Task Recalibrate_BaselineBesideAModel_ShiftsItsDeviationsAndLeavesTheModelAlone()
    {
        using AutoencoderModel model = TestModels.LoadDense();
        var options = new DetectorOptions
        {
            Shards = 1,
            Baseline = new BaselineOptions { Window = TimeSpan.FromMilliseconds(64), Learning = TimeSpan.FromSeconds(2), Calibration = TimeSpan.FromSeconds(2) },
        };
        using var run = new PipelineRun(options, rules: Rule);
        AxisRecalibration own = new()
        {
            Revision = "",
            FromUnixNs = 0,
            ToUnixNs = 1,
            Metrics = new Dictionary<string, ScoreDistribution> { ["rms"] = ScoreDistribution.LogNormal(100, Math.Log(20 / Math.Sqrt(3)), 0.05) },
            Levels = [],
        };

        await run.FeedAsync(
            Enumerable.Range(0, 160).Select(i => TestBlock.Noise(Axis, i, 64, i < 80 ? 1 : 20) with
            {
                Command = i switch
                {
                    90 => Recalibrate(Around(model.Hash, 300, raise: 2000)),
                    100 => Recalibrate(own),
                    120 => Restore() with { Scorer = AxisScorer.Baseline },
                    130 => Restore() with { Scorer = AxisScorer.Baseline },
                    140 => Restore() with { Scorer = AxisScorer.Model },
                    _ => null,
                },
            }),
            Cancelled);

        Assert.Equal(
            [CommandOutcome.Applied, CommandOutcome.Applied, CommandOutcome.Applied, CommandOutcome.WrongState, CommandOutcome.Applied], run.Results.Select(result => result.Outcome));
        Assert.EndsWith("of its baseline again", run.Results[2].Message, StringComparison.Ordinal);
        Assert.EndsWith("of its model again", run.Results[4].Message, StringComparison.Ordinal);

        // The line of a window has time, status, state, score and p-value before its metrics.
        double[] rms = [.. run.BaselineLines[Axis].Select(line => double.Parse(line.Split(' ')[5 + BaselineScores.Deviation(BaselineScores.Rms)], CultureInfo.InvariantCulture))];
        Assert.All(rms[^75..^61], deviation => Assert.True(deviation > 20, $"{deviation}"));
        Assert.All(rms[^58..^41], deviation => Assert.InRange(deviation, -6, 6));
        Assert.All(rms[^38..], deviation => Assert.True(deviation > 20, $"{deviation}"));
        float[] thresholds = [.. run.Of(Axis).Select(window => window.Threshold)];
        Assert.Equal([50, 2000, 50], thresholds.Where((level, i) => i == 0 || level != thresholds[i - 1]));
    }

    [Fact]
    public void Of_SameScores_DriftIsBelowItsBoundAndOtherwiseAboveIt()
    {
        ScoreDistribution before = Scores(1, 1), same = Scores(2, 1), louder = Scores(3, 1.3);

        MetricDrift none = Drift.Of("mse", before, same), some = Drift.Of("mse", before, louder);

        Assert.True(none.KolmogorovSmirnov < none.Bound, $"{none}");
        Assert.InRange(none.Shift, 0, 0.2);
        Assert.True(some.KolmogorovSmirnov > some.Bound, $"{some}");
        Assert.Equal(Math.Log(1.3) / before.LogStd, some.Shift, 0.15);
        Assert.Equal(some.Shift, some.MedianShift, 0.15);
        Assert.Equal(1.3 * before.Median, some.Now.Median, 0.1);

        static ScoreDistribution Scores(int seed, double factor)
        {
            var random = new Random(seed);
            return ScoreDistribution.FromScores([.. Enumerable.Range(0, 2000).Select(_ => (float)(factor * Math.Exp(random.NextDouble() - 0.5)))]);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"revision":"a","fromUnixNs":2,"toUnixNs":1,"metrics":{"mse":{"windows":1,"logMean":0,"logStd":0,"quantiles":[1]}},"levels":[]}""")]
    [InlineData("""{"revision":"a","fromUnixNs":1,"toUnixNs":1,"metrics":{"mse":{"windows":0,"logMean":0,"logStd":0,"quantiles":[1]}},"levels":[]}""")]
    [InlineData("""{"revision":"a","fromUnixNs":1,"toUnixNs":1,"metrics":{"mse":{"windows":1,"logMean":0,"logStd":0,"quantiles":[1]}},"levels":[{"ruleId":"a","raise":1,"clear":2,"origin":""}]}""")]
    public void Parse_AnotherForm_IsRefused(string json) => Assert.Throws<FormatException>(() => AxisRecalibration.Parse(json));

    /// <summary>A calibration of 400 windows around a score.</summary>
    public static AxisRecalibration Around(string revision, double level, double raise)
    {
        using AutoencoderModel model = TestModels.LoadDense();
        var random = new Random(9);
        float[] scores = [.. Enumerable.Range(0, 400).Select(_ => (float)(level * Math.Exp(0.4 * ((2 * random.NextDouble()) - 1))))];
        return new AxisRecalibration
        {
            Revision = revision,
            FromUnixNs = PipelineRun.Origin,
            ToUnixNs = PipelineRun.Origin + 1_000_000_000,
            Metrics = CalibrationTable.FromScores(model.Description.Metrics.ToDictionary(metric => metric, _ => (IReadOnlyList<float>)scores)).Metrics,
            Levels = [new RecalibratedLevel("score", raise, 0.8 * raise, "test")],
        };
    }

    /// <summary>A baseline's, for an axis that is twenty times as loud.</summary>
    private static AxisRecalibration OfBaseline() => new()
    {
        Revision = "",
        FromUnixNs = 0,
        ToUnixNs = 1,
        Metrics = new Dictionary<string, ScoreDistribution> { ["rms"] = ScoreDistribution.LogNormal(100, Math.Log(20 / Math.Sqrt(3)), 0.05) },
        Levels = [],
    };

    private static TestBlock Loud(int i) => TestBlock.Noise(Axis, i, 100, amplitude: 30);

    private static OperatorCommand Recalibrate(AxisRecalibration own) => new() { Action = OperatorAction.Recalibrate, Target = Axis, Calibration = own.ToJson(), By = "ann" };

    private static OperatorCommand Restore() => new() { Action = OperatorAction.RestoreCalibration, Target = Axis };
}
