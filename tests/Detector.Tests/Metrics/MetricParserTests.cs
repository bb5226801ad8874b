using System.Globalization;
using Thrum.Detector.Metrics;

namespace Thrum.Detector.Tests.Metrics;

public sealed class MetricParserTests
{
    [Theory]
    [InlineData("mse", "mse", "mse")]
    [InlineData(" lmse ", "lmse", "lmse")]
    [InlineData("fft(120Hz..180Hz)", "fft(120Hz..180Hz)", "fft_120_180hz")]
    [InlineData("fft( 120 Hz .. 180 Hz )", "fft(120Hz..180Hz)", "fft_120_180hz")]
    [InlineData("fft(2,10,20)", "fft(2,10,20)", "fft_2_10_20")]
    [InlineData("fft(3..12)", "fft(3..12)", "fft_3_12")]
    [InlineData("fft(97.5Hz)", "fft(97.5Hz)", "fft_97_5hz")]
    [InlineData("mse + 0.5*fft(120Hz..180Hz)", "mse+0.5*fft(120Hz..180Hz)", "mse_plus_0_5_fft_120_180hz")]
    [InlineData("lmse-max", "lmse-max", "lmse_max")]
    [InlineData("fl( mae )", "fl(mae)", "fl_mae")]
    [InlineData("exceedance(1.0, l1)", "exceedance(1.0,l1)", "exceedance_1_0_l1")]
    [InlineData("fft(1x, 2.5x..3.5x)", "fft(1x,2.5x..3.5x)", "fft_1x_2_5x_3_5x")]
    [InlineData("1e-3*msle + relative", "1e-3*msle+relative", "1e_3_msle_plus_relative")]
    public void Parse_GoodExpression_KeepsTextAndMakesFieldKey(string written, string text, string fieldKey)
    {
        MetricExpression metric = MetricExpression.Parse(written);

        Assert.Equal(text, metric.Text);
        Assert.Equal(fieldKey, metric.FieldKey);
        Assert.Equal(metric, MetricExpression.Parse(text));
    }

    [Fact]
    public void Parse_Combination_KeepsWeightsKindsAndOrder()
    {
        MetricExpression metric = MetricExpression.Parse("mse + 0.5*fft(1) + .25*mae + 3*sad + lmse");

        Assert.Equal(
            [(1.0, MetricKind.Mse), (0.5, MetricKind.Fft), (0.25, MetricKind.Mae), (3.0, MetricKind.Sad), (1.0, MetricKind.Lmse)],
            metric.Terms.Select(term => (term.Weight, term.Kind)));
    }

    [Theory]
    [InlineData("", "metric '': expected mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…) at position 1, found the end")]
    [InlineData("rmse", "metric 'rmse': expected mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…) at position 1, found 'rmse'")]
    [InlineData("mse+", "metric 'mse+': expected mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…) at position 5, found the end")]
    [InlineData("mse mae", "metric 'msemae': expected mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…) at position 1, found 'msemae'")]
    [InlineData("mse-mae", "metric 'mse-mae': expected mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…) at position 1, found 'mse-mae'")]
    [InlineData("2mse", "metric '2mse': expected '*' at position 2, found 'mse'")]
    [InlineData(".*mse", "metric '.*mse': expected a number at position 1, found '.*mse'")]
    [InlineData("1.2.3*mse", "metric '1.2.3*mse': expected a number at position 1, found '1.2.3*mse'")]
    [InlineData("fft", "metric 'fft': expected '(' at position 4, found the end")]
    [InlineData("fft()", "metric 'fft()': expected a number at position 5, found ')'")]
    [InlineData("fft(1", "metric 'fft(1': expected ')' at position 6, found the end")]
    [InlineData("fft(1.5)", "metric 'fft(1.5)': expected a whole bin number, a frequency with Hz or an order with x at position 5, found '1.5)'")]
    [InlineData("fft(-1)", "metric 'fft(-1)': expected a number at position 5, found '-1)'")]
    [InlineData("fft(10Hz..20)", "metric 'fft(10Hz..20)': expected the same unit at both ends of the band at position 13, found ')'")]
    [InlineData("fft(1))", "metric 'fft(1))': expected '+' or the end at position 7, found ')'")]
    [InlineData("fl(fft(1))", "metric 'fl(fft(1))': expected mse, mae, msle or relative at position 4, found 'fft(1))'")]
    [InlineData("fl(lmse)", "metric 'fl(lmse)': expected mse, mae, msle or relative at position 4, found 'lmse)'")]
    [InlineData("exceedance(1)", "metric 'exceedance(1)': expected ',' at position 13, found ')'")]
    [InlineData("exceedance(1,l3)", "metric 'exceedance(1,l3)': expected l1 or l2 at position 14, found 'l3)'")]
    [InlineData("exceedance(-1,l1)", "metric 'exceedance(-1,l1)': expected a number at position 12, found '-1,l1)'")]
    [InlineData("fft(1x..2)", "metric 'fft(1x..2)': expected the same unit at both ends of the band at position 10, found ')'")]
    [InlineData("1e*mse", "metric '1e*mse': expected '*' at position 2, found 'e*mse'")]
    public void Parse_BadExpression_SaysWhereAndWhatWasExpected(string written, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => MetricExpression.Parse(written)).Message);

    [Fact]
    public void Parse_MetricsWithArguments_KeepsThem()
    {
        MetricExpression metric = MetricExpression.Parse("2e-1*fl(msle) + exceedance(0.5,l2) + exceedance(2,l1) + lmse-max + msle + relative");

        Assert.Equal((0.2, MetricKind.Flipped, MetricKind.Msle), (metric.Terms[0].Weight, metric.Terms[0].Kind, metric.Terms[0].Inner));
        Assert.Equal(new ExceedanceSpec(0.5, Squared: true), metric.Terms[1].Exceedance);
        Assert.Equal(new ExceedanceSpec(2, Squared: false), metric.Terms[2].Exceedance);
        Assert.Equal([MetricKind.LmseMax, MetricKind.Msle, MetricKind.Relative], metric.Terms.Skip(3).Select(term => term.Kind));
    }

    [Fact]
    public void Parse_NumberBeyondDouble_IsRefused()
    {
        string digits = new('9', 400);

        Assert.Throws<FormatException>(() => MetricExpression.Parse($"{digits}*mse"));
    }

    [Theory]
    [InlineData("[]", "expected at least one metric, found none")]
    [InlineData("null", "expected at least one metric, found none")]
    [InlineData("mse", "expected a JSON array of metrics such as [\"mse\",\"lmse\"], found mse")]
    [InlineData("{\"mse\":1}", "expected a JSON array of metrics such as [\"mse\",\"lmse\"], found {\"mse\":1}")]
    [InlineData("[\"mse\",null]", "expected a JSON array of metrics such as [\"mse\",\"lmse\"], found [\"mse\",null]")]
    [InlineData("[\"mse\",\" mse \"]", "two metrics share the field key 'mse'")]
    public void ParseList_BadList_SaysWhy(string json, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => MetricExpression.ParseList(json)).Message);

    [Theory]
    [InlineData("fft(0)", 8, new[] { 0 })]
    [InlineData("fft(4)", 8, new[] { 4 })]
    [InlineData("fft(3)", 7, new[] { 3 })]
    [InlineData("fft(2..4,3,1)", 8, new[] { 1, 2, 3, 4 })]
    [InlineData("fft(100Hz)", 8, new[] { 1 })]
    [InlineData("fft(149Hz,151Hz)", 8, new[] { 1, 2 })]
    [InlineData("fft(100Hz..300Hz)", 8, new[] { 1, 2, 3 })]
    [InlineData("fft(101Hz..299Hz)", 8, new[] { 2 })]
    [InlineData("fft(0Hz..400Hz)", 8, new[] { 0, 1, 2, 3, 4 })]
    public void Resolve_At800Hz_GivesAscendingDistinctBins(string metric, int windowSamples, int[] bins) =>
        Assert.Equal(bins, Resolve(metric, windowSamples));

    [Theory]
    [InlineData("fft(5)", "fft(5) expected bins within 0..4 (0..400 Hz in steps of 100 Hz), found 5..5")]
    [InlineData("fft(3..2)", "fft(3..2) expected bins within 0..4 (0..400 Hz in steps of 100 Hz), found 3..2")]
    [InlineData("fft(500.5Hz)", "fft(500.5Hz) expected bins within 0..4 (0..400 Hz in steps of 100 Hz), found 5..5")]
    [InlineData("fft(101.5Hz..199Hz)", "fft(101.5Hz..199Hz) expected bins within 0..4 (0..400 Hz in steps of 100 Hz), found 2..1")]
    [InlineData("fft(99999999999)", "fft(99999999999) expected bins within 0..4 (0..400 Hz in steps of 100 Hz), found 2147483647..2147483647")]
    public void Resolve_BinThatDoesNotExist_SaysWhichDoInAnyCulture(string metric, string message)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        try
        {
            Assert.Equal(message, Assert.Throws<FormatException>(() => Resolve(metric, 8)).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("fft(1x)", 25, new[] { 1 })]
    [InlineData("fft(1x,2x)", 23, new[] { 1, 2 })]
    [InlineData("fft(1x..3x)", 25, new[] { 1, 2, 3 })]
    [InlineData("fft(0.5x..3.5x)", 25, new[] { 1, 2, 3 })]
    [InlineData("fft(2x,100Hz,7)", 30, new[] { 2, 4, 7 })]
    public void Resolve_Orders_AreMultiplesOfTheShaftsFrequency(string metric, double shaftHz, int[] bins) =>
        Assert.Equal(bins, MetricExpression.Parse(metric).Terms[0].Bins!.Resolve(32, 800, shaftHz));

    [Fact]
    public void Resolve_OrderWithoutShaftFrequency_SaysWhatIsMissing()
    {
        BinSelection bins = MetricExpression.Parse("fft(2,3x)").Terms[0].Bins!;

        Assert.True(bins.NeedsShaft);
        Assert.Equal(
            "fft(3x) expected the shaft's frequency to be known (thrum.shaft), found none",
            Assert.Throws<FormatException>(() => bins.Resolve(32, 800)).Message);
    }

    private static int[] Resolve(string metric, int windowSamples) =>
        MetricExpression.Parse(metric).Terms[0].Bins!.Resolve(windowSamples, 100.0 * windowSamples);
}
