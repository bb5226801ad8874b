using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Hosting;

/// <summary>An operator's word on an alarm, through the HTTP interface and over a restart.</summary>
public sealed class ThisWasNormalTests
{
    private const string Alarm = "alarms/pump/s/x/score/";

    [Fact]
    public async Task Post_OnAnAlarm_EndsItAndItsLevelsOutliveARestart()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with
        {
            Detector = options.Detector with { Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 30, Clear = 20, RaiseCount = 1, OfWindows = 1 }] },
        });
        await gateway.PublishAsync(160);
        await gateway.PublishAsync(160, amplitude: 100);
        AlarmState raised = gateway.Windows[^1].State;

        (int status, JsonElement answer) = await gateway.PostAsync(Alarm + "this-was-normal", new { by = "ann" });
        await gateway.PublishAsync(160, amplitude: 100);
        await gateway.StopAsync();
        await gateway.StartAgainAsync();
        await gateway.PublishAsync(160, amplitude: 100);
        AlarmState after = gateway.Windows[^1].State;
        await gateway.PublishAsync(160, amplitude: 1000);
        JsonElement audit = await gateway.GetAsync("audit");

        string message = answer.GetProperty("message").GetString()!;
        Assert.Equal((200, AlarmState.ActiveUnacknowledged, AlarmState.Normal, AlarmState.ActiveUnacknowledged), (status, raised, after, gateway.Windows[^1].State));
        Assert.Matches("^pump/s/x alarm 'score': 1[01] windows taken as normal, raise level 30 to [0-9.]+, clear level 20 to [0-9.]+$", message);
        Assert.True(gateway.Windows[^1].Threshold > 30);
        Assert.All(gateway.Windows.SkipWhile(window => window.Threshold == 30), window => Assert.True(window.Threshold > 30));
        string told = string.Join(' ', Assert.Single(audit.EnumerateArray()).EnumerateObject().Select(part => part.Value.ToString()));
        Assert.Contains("by 'ann'", told, StringComparison.Ordinal);
        Assert.Contains(message, told, StringComparison.Ordinal);
    }
}
