using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>Every command of an operator where it succeeds, over HTTP, in the order in which an alarm may live through them.</summary>
public sealed class AlarmLifecycleTests
{
    private const string Alarm = "alarms/pump/s/x/score/";

    [Fact]
    public async Task Commands_ThroughTheLifeOfAnAlarm_AllSucceedAndTellTheState()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with
        {
            Detector = options.Detector with { Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 30, Clear = 20, RaiseCount = 1, OfWindows = 1, Latch = true }] },
        });
        await gateway.PublishAsync(160);
        await ExpectAsync(gateway, "normal", "normal");

        await gateway.PublishAsync(160, amplitude: 100);
        await ExpectAsync(gateway, "activeUnacknowledged", "alarm");
        await DoAsync(gateway, Alarm + "acknowledge", new { by = "ann" });
        await ExpectAsync(gateway, "activeAcknowledged", "acknowledged");
        await DoAsync(gateway, Alarm + "shelve", new { minutes = 5 });
        await ExpectAsync(gateway, "shelved", "aside");
        await DoAsync(gateway, Alarm + "unshelve");
        await ExpectAsync(gateway, "activeAcknowledged", "acknowledged");

        await gateway.PublishAsync(160);
        await ExpectAsync(gateway, "latched", "alarm");
        await DoAsync(gateway, Alarm + "reset");
        await ExpectAsync(gateway, "normal", "normal");

        await gateway.PublishAsync(160, amplitude: 100);
        await DoAsync(gateway, Alarm + "this-was-normal");
        await gateway.PublishAsync(160, amplitude: 100);
        await ExpectAsync(gateway, "normal", "normal");
        await DoAsync(gateway, Alarm + "restore-levels");
        await gateway.PublishAsync(160, amplitude: 100);
        await ExpectAsync(gateway, "activeUnacknowledged", "alarm");

        await DoAsync(gateway, "machines/pump/maintenance/begin");
        await gateway.PublishAsync(160, amplitude: 100);
        await ExpectAsync(gateway, "maintenance", "aside");
        await DoAsync(gateway, "machines/pump/maintenance/end");
        await gateway.PublishAsync(160);
        await ExpectAsync(gateway, "normal", "normal");

        Assert.Equal("tiny", Assert.Single((await gateway.GetAsync("models/tiny")).EnumerateArray()).GetProperty("name").GetString());
        Assert.All((await gateway.GetAsync("audit")).EnumerateArray(), entry => Assert.Equal(200, entry.GetProperty("status").GetInt32()));
    }

    private static async Task DoAsync(RunningGateway gateway, string path, object? body = null)
    {
        (int status, JsonElement answer) = await gateway.PostAsync(path, body);
        Assert.True(status == 200, $"{path}: {status} {answer}");
    }

    /// <summary>The live view comes behind the test's own look at the windows.</summary>
    private static async Task ExpectAsync(RunningGateway gateway, string state, string attention)
    {
        string? found = null;
        for (int i = 0; i < 500 && found != $"{state} {attention}"; i++)
        {
            JsonElement sensor = await gateway.GetAsync("sensors/pump/s/x");
            found = $"{sensor.GetProperty("state").GetString()} {sensor.GetProperty("attention").GetString()}";
        }

        Assert.Equal($"{state} {attention}", found);
    }
}
