using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;

namespace Thrum.Detector.Tests.Alarms;

/// <summary>Rules over several metrics.</summary>
public sealed class CombinationTests
{
    private const int Windows = 20_000;
    private static readonly string[] Texts = ["mse", "mae", "lmse"];

    [Theory]
    [InlineData(-4, 0.99996832875816688)]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.15865525393145707)]
    [InlineData(2.9999, 0.0013503)]
    [InlineData(6, 9.8658764503769809e-10)]
    public void NormalTail_KnownValues_AreMet(double z, double p) => Assert.Equal(Math.Log(p), NormalTail.Log(z), z is 2.9999 ? 1e-3 : 1e-10);

    [Theory]
    [InlineData("any(mse,  mae)", "any(mse, mae)")]
    [InlineData("all( mse , fft(1..3,5) )", "all(mse, fft(1..3,5))")]
    [InlineData("2 of (mse, mae, lmse)", "2 of (mse, mae, lmse)")]
    [InlineData("1 of (mse, mae)", "any(mse, mae)")]
    [InlineData("2 of (mse, mae)", "all(mse, mae)")]
    [InlineData("min-p(mse, exceedance(1,l2))", "min-p(mse, exceedance(1,l2))")]
    public void Parse_EachForm_GivesItsCanonicalText(string text, string canonical) => Assert.Equal(canonical, CombinationSpec.Parse(text)?.Text);

    [Theory]
    [InlineData("mse")]
    [InlineData("fft(1..3)")]
    [InlineData("")]
    public void Parse_NoCombination_IsNone(string text) => Assert.Null(CombinationSpec.Parse(text));

    [Theory]
    [InlineData("any(mse)", "expected 2 to 16 different metrics")]
    [InlineData("any(mse, mse)", "expected 2 to 16 different metrics")]
    [InlineData("any(mse, mae", "expected 2 to 16 different metrics")]
    [InlineData("3 of (mse, mae)", "expected a number from 1 to 2")]
    [InlineData("some of (mse, mae)", "expected a number from 1 to 2")]
    [InlineData("min-p(mse, any(mae, lmse))", "metric 'any(mae,lmse)'")]
    public void Faults_BadCombination_SaysWhatWasExpected(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(new AlarmRuleOptions { Metric = text }.Faults()), StringComparison.Ordinal);

    [Fact]
    public void Resolve_UnknownMetricInside_IsRefused()
    {
        using AutoencoderModel model = Model(Healthy(1), metrics: ["mse", "mae"]);

        ModelFileException refused = Assert.Throws<ModelFileException>(() => new AlarmRuleOptions { Metric = "any(mse, lmse)" }.Resolve(model));

        Assert.Contains("watches metric 'lmse'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_WithoutCalibration_HasNoLevelsAndNeverRaises()
    {
        using AutoencoderModel model = TestModels.LoadDense(("metrics", """["mse","msle"]"""));
        AlarmRule rule = new AlarmRuleOptions { Metric = "any(mse, msle)" }.Resolve(model);

        Assert.True(double.IsNaN(rule.RaiseLevel));
        Assert.Null(new AlarmTracker(new AxisId("m", "s", "a"), rule with { RaiseCount = 1, OfWindows = 1 }).Next([1e9f, 1e9f], 0));
    }

    [Theory]
    [InlineData("any(mse, mae, lmse)", 2)]
    [InlineData("2 of (mse, mae, lmse)", 1)]
    [InlineData("all(mse, mae, lmse)", 0)]
    public void ValueOf_KOfM_IsTheKthLargestOfMinusLogP(string text, int place)
    {
        using AutoencoderModel model = Model(Healthy(1));
        AlarmRule rule = new AlarmRuleOptions { Metric = text, Threshold = ThresholdKind.Calibrated }.Resolve(model);
        IReadOnlyDictionary<string, ScoreDistribution> healthy = model.Metadata.Calibration!.Metrics;
        float[] metrics = [healthy["mse"].Quantiles[100], healthy["mae"].Quantiles[450], healthy["lmse"].Quantiles[300]];

        double[] parts = [.. Texts.Select((metric, i) => -Math.Log10(healthy[metric].PValue(metrics[i]))).Order()];

        // The steps of the counted p-value are a 513th.
        Assert.Equal(parts[place], rule.ValueOf(metrics), 0.01);
        Assert.Equal(9.006, rule.RaiseLevel, 3);
    }

    [Fact]
    public void ValueOf_TooFewForATail_GoesByTheLognormalAsSigmaLevelsDo()
    {
        Dictionary<string, IReadOnlyList<float>> few = Healthy(1).ToDictionary(entry => entry.Key, entry => (IReadOnlyList<float>)[.. entry.Value.Take(100)]);
        using AutoencoderModel model = Model(few);
        AlarmRule rule = new AlarmRuleOptions { Metric = "any(mse, mae)", Threshold = ThresholdKind.Calibrated }.Resolve(model);
        ScoreDistribution mse = model.Metadata.Calibration!.Metrics["mse"];

        Assert.Equal(rule.RaiseLevel, rule.ValueOf([(float)mse.SigmaLevel(6), 0, 0]), 3);
        Assert.Equal(rule.ClearLevel, rule.ValueOf([(float)mse.SigmaLevel(4), 0, 0]), 3);
    }

    [Fact]
    public void ValueOf_LeastP_IsTheSmoothedPValueAfterSidak()
    {
        using AutoencoderModel model = Model(Healthy(1));
        AlarmRule rule = new AlarmRuleOptions { Metric = "min-p(mse, mae, lmse)" }.Resolve(model);
        IReadOnlyDictionary<string, ScoreDistribution> healthy = model.Metadata.Calibration!.Metrics;
        float[] metrics = [healthy["mse"].Median, healthy["mae"].Median, healthy["lmse"].Quantiles[505]];
        double p = 1 - (505.0 / 512);

        // The smoothed p-value follows the fitted tail there, which is within a sixth of the counted one.
        Assert.Equal(-Math.Log10(1 - Math.Pow(1 - p, 3)), rule.ValueOf(metrics), 0.08);
        Assert.True(rule.ValueOf([metrics[0], metrics[1], 1e3f * metrics[2]]) > rule.ValueOf([metrics[0], metrics[1], 100 * metrics[2]]));
    }

    [Fact]
    public void Next_Raise_SaysWhichMetricsLed()
    {
        using AutoencoderModel model = Model(Healthy(1));
        AlarmRule rule = new AlarmRuleOptions { Metric = "any(mse, mae, lmse)", RaiseCount = 1, OfWindows = 1, Threshold = ThresholdKind.Calibrated }.Resolve(model);

        AlarmTransition? raise = new AlarmTracker(new AxisId("m", "s", "a"), rule).Next([1f, 1e6f, 1f], 7);

        Assert.Equal("any(mse, mae, lmse)", raise?.Metric);
        Assert.Contains("in 1 of the last 1 windows, led by mae (p = ", raise?.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mse (p", raise?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_NoTransition_AllocatesNothing()
    {
        using AutoencoderModel model = Model(Healthy(1));
        AlarmTracker[] trackers = [.. ((string[])["any(mse, mae)", "min-p(mse, lmse)"]).Select(text => new AlarmTracker(
            new AxisId("m", "s", "a"), new AlarmRuleOptions { Metric = text }.Resolve(model)))];
        float[] metrics = [0.9f, 1.1f, 1f];
        long time = 0;

        long allocated = Allocations.WhenWarm(
            () =>
            {
                trackers[0].Next(metrics, time);
                trackers[1].Next(metrics, time++);
            },
            runs: 200);

        Assert.Equal(0, allocated);
    }

    /// <summary>Metrics that share much of what moves them: a budget for each would be exceeded by their union, and a correction for independence would fall short of it.</summary>
    [Theory]
    [InlineData("any(mse, mae, lmse)")]
    [InlineData("all(mse, mae, lmse)")]
    [InlineData("2 of (mse, mae, lmse)")]
    [InlineData("min-p(mse, mae, lmse)")]
    public void Resolve_Budget_IsKeptForTheCombination(string text)
    {
        const int Draws = 7, StreamWindows = 100_000, WindowsPerAlarm = 5_000;
        double[] ratios = new double[Draws];
        for (int draw = 0; draw < Draws; draw++)
        {
            using AutoencoderModel model = Model(Healthy(100 + draw), hour: WindowsPerAlarm);
            AlarmRule rule = new AlarmRuleOptions { Metric = text, FalseAlarms = "1/hour", RaiseCount = 1, OfWindows = 1 }.Resolve(model);
            Assert.NotNull(rule.Budget);
            var tracker = new AlarmTracker(new AxisId("m", "s", "a"), rule);
            Func<float[]> next = Source(new Random(5000 + draw));
            int raises = 0;
            for (int i = 0; i < StreamWindows; i++)
            {
                raises += tracker.Next(next(), i) is { } transition && transition.To.IsActive() ? 1 : 0;
            }

            Assert.False(rule.Budget.IsBeyondSupport);
            ratios[draw] = raises / (StreamWindows / (double)WindowsPerAlarm);
        }

        // 20 alarms expected a draw; the median of seven calibrations of four expected raises each scatters by a quarter.
        Assert.InRange(ratios.Order().ElementAt(Draws / 2), 0.5, 2);
    }

    private static Dictionary<string, IReadOnlyList<float>> Healthy(int seed)
    {
        Func<float[]> next = Source(new Random(seed));
        float[][] windows = [.. Enumerable.Range(0, Windows).Select(_ => next())];
        return Texts.Select((metric, i) => (metric, i)).ToDictionary(entry => entry.metric, entry => (IReadOnlyList<float>)[.. windows.Select(window => window[entry.i])]);
    }

    private static AutoencoderModel Model(Dictionary<string, IReadOnlyList<float>> healthy, double hour = 225_000, string[]? metrics = null)
    {
        var sequences = new HealthyScores(TestModels.Hop, healthy.ToDictionary(entry => entry.Key, entry => HealthySequence.FromScores(entry.Value, [entry.Value.Count])));
        return TestModels.LoadDense(
            ("metrics", System.Text.Json.JsonSerializer.Serialize(metrics ?? Texts)),
            ("rate", (hour * TestModels.Hop / 3600).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("calibration", CalibrationTable.FromScores(healthy).ToJson()),
            ("healthy", sequences.ToJson()));
    }

    /// <summary>Lognormal, exponential and Gaussian-squared scores with a common cause.</summary>
    private static Func<float[]> Source(Random random) => () =>
    {
        double common = 0.7 * Normal(random), a = common + (0.7 * Normal(random)), b = common + (0.7 * Normal(random)), c = common + (0.7 * Normal(random));
        return [(float)Math.Exp(0.5 * a), (float)Math.Exp(b), (float)(0.01 + (c * c))];
    };

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
