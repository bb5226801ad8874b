using Thrum.Detector.Alarms;

namespace Thrum.Detector.Tests.Alarms;

public sealed class AlarmTrialTests
{
    private static readonly AlarmRule Rule = new()
    {
        Id = "r",
        Severity = AlarmSeverity.Alarm,
        MetricIndex = 0,
        Metric = "mse",
        RaiseCount = 1,
        OfWindows = 1,
        RaiseLevel = 2,
        ClearLevel = 1,
    };

    /// <summary>Above for three scores, half a second apart: a second passes from the first of them to the third.</summary>
    [Theory]
    [InlineData(0.5, 1, 4)]
    [InlineData(0.25, 0, -1)]
    public void Run_RuleWithALeastDuration_CountsItInTheTimeOfTheScores(double hopSeconds, int raises, int first) =>
        Assert.Equal(
            new AlarmTrial(raises, first), AlarmTrial.Run(Rule with { MinDurationNs = 1_000_000_000 }, [0, 0, 3, 3, 3, 0, 0], hopSeconds));
}
