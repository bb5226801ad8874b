using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Hosting;

/// <summary>What still stands behind a restart is what the detector knows of: nothing else could be acknowledged.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData(Durability.Memory, "normal", 0)]
    [InlineData(Durability.Journal, "alarm", 1)]
    public async Task Restart_AlarmStood_StandsWhereTheDetectorStillKnowsOfIt(Durability durability, string attention, int standing)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with
        {
            Detector = options.Detector with { Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 30, Clear = 20, RaiseCount = 3, OfWindows = 3, Latch = true }] },
            Store = options.Store with { Durability = durability },
        });
        await gateway.PublishAsync(160, amplitude: 100);
        await gateway.UntilAsync(() => gateway.Windows.Any(window => window.State == AlarmState.ActiveUnacknowledged), "it is raised");

        await gateway.StopAsync();
        await gateway.StartAgainAsync();
        await gateway.PublishAsync(160);
        JsonElement sensor = Assert.Single((await gateway.GetAsync("sensors")).EnumerateArray());

        Assert.Equal((attention, standing), (sensor.GetProperty("attention").GetString(), (await gateway.GetAsync("alarms/active")).GetArrayLength()));
    }
}
