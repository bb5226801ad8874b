using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Thrum.Detector.Alarms;

namespace Thrum.Detector.Tests.Alarms;

public sealed class AlarmRuleOptionsTests
{
    public static TheoryData<AlarmRuleOptions, string> Faulty => new()
    {
        { new AlarmRuleOptions { RaiseCount = 6 }, "RaiseCount is 6, expected at most OfWindows (5)" },
        { new AlarmRuleOptions { RaiseSigma = 3.5, ClearSigma = 4.5 }, "ClearSigma is 4.5, expected at most RaiseSigma (3.5)" },
        { new AlarmRuleOptions { Threshold = ThresholdKind.Fixed }, "Raise is missing, expected a number because Threshold is fixed" },
        { new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = double.NaN }, "Raise is NaN, expected a finite number" },
        { new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 1.5, Clear = 2.5 }, "Clear is 2.5, expected at most Raise (1.5)" },
        { new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 1, Clear = double.NaN }, "Clear is NaN, expected a finite number" },
        { new AlarmRuleOptions { FalseAlarms = "1/fortnight" }, "FalseAlarms is '1/fortnight': expected a positive number per hour, day, week, month, year, such as 1/month" },
        { new AlarmRuleOptions { Metric = "rms" }, "Metric: metric 'rms': expected mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…) at position 1, found 'rms'" },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Faults_OneSettingAgainstAnother_SaysBothInAnyCulture(AlarmRuleOptions options, string fault)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        try
        {
            Assert.Equal([fault], options.Faults());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Defaults_AreAsDocumentedAndValid()
    {
        var options = new AlarmRuleOptions();

        Assert.Equal(
            ("score", "", AlarmSeverity.Alarm, ThresholdKind.Budget, 6.0, 4.0, 3, 5),
            (options.Id, options.Metric, options.Severity, options.Threshold, options.RaiseSigma, options.ClearSigma, options.RaiseCount, options.OfWindows));
        Assert.Empty(options.Faults());
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
    }
}
