using Thrum.Gateway.Tests.Support;
using Thrum.Ingest.Pipeline;

namespace Thrum.Gateway.Tests.Hosting;

public sealed class DroppedTopicTests
{
    [Fact]
    public async Task Run_TopicNoLongerConfigured_IsUnsubscribedInTheLastingSession()
    {
        string[] more = ["old/{machine}/{axis}"];
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            options => options with
            {
                Mqtt = options.Mqtt with
                {
                    ClientId = "gateway",
                    CleanStart = false,
                    SessionExpiry = TimeSpan.FromHours(1),
                    Topics = [.. options.Mqtt.Topics, .. more.Select(template => new TopicOptions { Template = template, SampleRateHz = 1000 })],
                },
            });
        await gateway.StopAsync();
        more = [];

        await gateway.StartAgainAsync();

        await gateway.UntilAsync(() => gateway.Log.Texts(1004).Any(line => line.Contains("Unsubscribed from old/+/+ at MQTT broker 127.0.0.1", StringComparison.Ordinal)), "it is unsubscribed");
    }
}
