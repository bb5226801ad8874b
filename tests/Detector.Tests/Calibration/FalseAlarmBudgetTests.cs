using Thrum.Detector.Calibration;

namespace Thrum.Detector.Tests.Calibration;

public sealed class FalseAlarmBudgetTests
{
    [Theory]
    [InlineData("1/month", 1 / 730.5)]
    [InlineData("2/hour", 2)]
    [InlineData(" 0.5 / day ", 0.5 / 24)]
    [InlineData("1e-3/week", 1e-3 / 168)]
    [InlineData("3/year", 3 / 8766.0)]
    public void Parse_NumberPerUnit_IsAlarmsPerHour(string text, double perHour) => Assert.Equal(perHour, FalseAlarmBudget.Parse(text).PerHour, 1e-12);

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0/month")]
    [InlineData("-1/month")]
    [InlineData("NaN/month")]
    [InlineData("1/fortnight")]
    [InlineData("1/month/day")]
    [InlineData("1,5/month")]
    public void Parse_SomethingElse_SaysWhatIsExpected(string text) =>
        Assert.Contains("expected a positive number per hour, day, week, month, year", Assert.Throws<FormatException>(() => FalseAlarmBudget.Parse(text)).Message, StringComparison.Ordinal);
}
