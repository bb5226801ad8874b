using System.Text.Json;
using Thrum.Detector.Machines;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Hosting;

/// <summary>The alarm of a machine over the API of a running gateway.</summary>
[Trait("Category", "Integration")]
public sealed class MachineAlarmTests
{
    [Fact]
    public async Task Vote_Raised_IsShownWithItsVotersAndAcknowledged()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with
        {
            Detector = options.Detector with { Votes = [new VoteOptions { AtLeast = 1, SilentAfter = TimeSpan.FromSeconds(1) }] },
        });
        await gateway.PublishAsync(3000);
        await gateway.PublishAsync(1000, amplitude: 30);
        JsonElement alarm = default;
        await gateway.UntilAsync(() => TryFind(gateway, out alarm), "the machine's alarm is active");

        Assert.Equal(("pump", "all", "all", "activeUnacknowledged", "sensors"), (Text(alarm, "machine"), Text(alarm, "sensor"), Text(alarm, "axis"), Text(alarm, "to"), Text(alarm, "metric")));
        Assert.Contains("1 of 1 sensors have a condition within 00:01:00, 1 raise the alarm: s/x (score)", Text(alarm, "message"), StringComparison.Ordinal);
        JsonElement evidence = await gateway.GetAsync($"alarms/{Text(alarm, "id")}/evidence");
        Assert.Equal(("s", "x", "score"), (Text(evidence.GetProperty("voters")[0], "sensor"), Text(evidence.GetProperty("voters")[0], "axis"), Text(evidence.GetProperty("voters")[0], "rule")));

        (int status, JsonElement answer) = await gateway.PostAsync("alarms/pump/all/all/machine/acknowledge", new { by = "ann" });

        Assert.Equal((200, "pump/all/all alarm 'machine' is activeAcknowledged"), (status, Text(answer, "message")));
        await gateway.UntilAsync(() => TryFind(gateway, out alarm) && Text(alarm, "to") == "activeAcknowledged", "the acknowledgement is shown");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static bool TryFind(RunningGateway gateway, out JsonElement alarm)
    {
        alarm = gateway.GetAsync("alarms/active").GetAwaiter().GetResult().EnumerateArray().FirstOrDefault(entry => Text(entry, "rule") == "machine");
        return alarm.ValueKind == JsonValueKind.Object;
    }
}
