using Thrum.Gateway.Configuration;
using Thrum.Gateway.Doctor;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;

namespace Thrum.Gateway.Tests.Doctor;

public sealed class JudgementTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-100, 100, true, nameof(Verdict.Ok))]
    [InlineData(-100, 10, true, nameof(Verdict.Warn))]
    [InlineData(-100, -1, false, nameof(Verdict.Fail))]
    [InlineData(1, 100, false, nameof(Verdict.Fail))]
    [InlineData(-100, 100, false, nameof(Verdict.Fail))]
    public void JudgeCertificate_DaysAroundNow_FindsWhatIsWrong(int from, int to, bool isTrusted, string expected)
    {
        Finding finding = BrokerCheck.JudgeCertificate("certificate", new BrokerCertificate("CN=broker", Now.AddDays(from), Now.AddDays(to), isTrusted), Now);

        Assert.Equal(expected, finding.Verdict.ToString());
        Assert.Equal(expected == nameof(Verdict.Ok), finding.Advice is null);
    }

    [Fact]
    public void JudgeTopics_LevelThatTellsNothingApart_WarnsOfOneAxis()
    {
        TopicOptions mixed = new() { Template = "plant/+/vibration", Machine = "press" };

        Finding finding = Assert.Single(TopicChecks.Judge([mixed with { Template = "plant/{sensor}/vibration" }, mixed, mixed with { Format = "sparkplug" }]));

        Assert.Equal(Verdict.Warn, finding.Verdict);
        Assert.StartsWith("Mqtt:Topics:1 is 'plant/+/vibration' for press: ", finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, nameof(Verdict.Ok))]
    [InlineData("0", nameof(Verdict.Ok))]
    [InlineData("17", nameof(Verdict.Warn))]
    public void JudgeDropped_Count_WarnsOfDrops(string? count, string expected) => Assert.Equal(expected, BrokerCheck.JudgeDropped(count).Verdict.ToString());

    [Theory]
    [InlineData(1, nameof(Verdict.Ok))]
    [InlineData(-20, nameof(Verdict.Warn))]
    [InlineData(3600, nameof(Verdict.Fail))]
    public void JudgeClock_Seconds_FailsBeyondAMinute(int seconds, string expected) =>
        Assert.Equal(expected, DestinationChecks.JudgeClock("db", TimeSpan.FromSeconds(seconds)).Verdict.ToString());

    [Theory]
    [InlineData(100L << 30, nameof(Verdict.Ok))]
    [InlineData(700L << 20, nameof(Verdict.Warn))]
    [InlineData(10L << 20, nameof(Verdict.Fail))]
    public void JudgeSpace_FreeBytes_WarnsBeforeTheStoreFillsTheDisk(long free, string expected) =>
        Assert.Equal(expected, MachineChecks.JudgeSpace("/data", free, new ThrumOptions()).Verdict.ToString());

    [Fact]
    public void JudgeWritten_RunOfAnHour_TellsBytesPerDay()
    {
        double start = (Now - DateTimeOffset.UnixEpoch).TotalSeconds - 3600;
        string metrics = FormattableString.Invariant($"thrum_disk_written_bytes_total{{file=\"store\"}} 1048576\nprocess_start_time_seconds {start}\n");

        Finding finding = MachineChecks.JudgeWritten(metrics, Now);
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.StartsWith("24.0 MiB per day", finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9.9, 86400, nameof(Verdict.Ok), "9.9 GiB per day")]
    [InlineData(20, 86400, nameof(Verdict.Warn), "20.0 GiB per day, and at most as much again for merging logs: 32 GB of flash whose cells bear 1000 writes would last 2.0 years")]
    [InlineData(20, 59, nameof(Verdict.Ok), "20.0 GiB since the gateway started")]
    public void JudgeWritten_GibibytesInSeconds_WarnsAboveTenADay(double gibibytes, int seconds, string verdict, string text)
    {
        double start = (Now - DateTimeOffset.UnixEpoch).TotalSeconds - seconds;
        string metrics = FormattableString.Invariant($"thrum_disk_written_bytes_total{{file=\"store\"}} {gibibytes * (1L << 30):0}\nprocess_start_time_seconds {start}\n");

        Finding finding = MachineChecks.JudgeWritten(metrics, Now);

        Assert.Equal(verdict, finding.Verdict.ToString());
        Assert.StartsWith(text, finding.Text, StringComparison.Ordinal);
    }
}
