using System.Text.Json;
using Thrum.Gateway.Workflows;

namespace Thrum.Gateway.Tests.Workflows;

public sealed class CwruStudyTests
{
    [Fact]
    public void Run_OfTheSharedRecords_AlarmsOnFaultsOnly()
    {
        CwruResult result = CwruStudy.Run(Require.SharedData("cwru"), new DateOnly(2026, 1, 2), TestContext.Current.CancellationToken);
        Assert.Equal(0, result.HealthyAlarms);
        Assert.Equal(["12k_Drive_End_B007_0_118", "12k_Drive_End_IR007_0_105", "12k_Drive_End_OR007@6_0_130"], result.Recordings.Select(recording => recording.Name));
        Assert.All(result.Recordings, recording => Assert.InRange(recording.DetectionRate, 0.99, 1));

        // Three of the first five windows of 256 samples, 128 apart, at 12 kHz.
        Assert.All(result.Recordings, recording => Assert.Equal(512 / 12_000.0, recording.AlarmSeconds!.Value, 9));
        Assert.StartsWith(
            """{"healthyAlarms":0,"recordings":[{"name":"12k_Drive_End_B007_0_118","alarmSeconds":0.042""",
            JsonSerializer.Serialize(result, JsonSerializerOptions.Web), StringComparison.Ordinal);
    }
}
