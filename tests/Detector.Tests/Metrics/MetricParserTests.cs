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
    [InlineData("", "metric '': expected mse, mae, sad, lmse or fft(…) at position 1, found the end")]
    [InlineData("rmse", "metric 'rmse': expected mse, mae, sad, lmse or fft(…) at position 1, found 'rmse'")]
    [InlineData("mse+", "metric 'mse+': expected mse, mae, sad, lmse or fft(…) at position 5, found the end")]
    [InlineData("mse mae", "metric 'msemae': expected mse, mae, sad, lmse or fft(…) at position 1, found 'msemae'")]
    [InlineData("mse-mae", "metric 'mse-mae': expected mse, mae, sad, lmse or fft(…) at position 1, found 'mse-mae'")]
    [InlineData("2mse", "metric '2mse': expected '*' at position 2, found 'mse'")]
    [InlineData(".*mse", "metric '.*mse': expected a number at position 1, found '.*mse'")]
    [InlineData("1.2.3*mse", "metric '1.2.3*mse': expected a number at position 1, found '1.2.3*mse'")]
    [InlineData("fft", "metric 'fft': expected '(' at position 4, found the end")]
    [InlineData("fft()", "metric 'fft()': expected a number at position 5, found ')'")]
    [InlineData("fft(1", "metric 'fft(1': expected ')' at position 6, found the end")]
    [InlineData("fft(1.5)", "metric 'fft(1.5)': expected a whole bin number, or a frequency with Hz at position 5, found '1.5)'")]
    [InlineData("fft(-1)", "metric 'fft(-1)': expected a number at position 5, found '-1)'")]
    [InlineData("fft(10Hz..20)", "metric 'fft(10Hz..20)': expected the same unit at both ends of the band at position 13, found ')'")]
    [InlineData("fft(1))", "metric 'fft(1))': expected '+' or the end at position 7, found ')'")]
    public void Parse_BadExpression_SaysWhereAndWhatWasExpected(string written, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => MetricExpression.Parse(written)).Message);

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

    private static int[] Resolve(string metric, int windowSamples) =>
        MetricExpression.Parse(metric).Terms[0].Bins!.Resolve(windowSamples, 100.0 * windowSamples);
}
