using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using Thrum.Detector.Samples;
using Thrum.Ingest.Broker;
using Thrum.Ingest.Mqtt;

namespace Thrum.EndToEnd.Tests.Browser;

/// <summary>Alarms that look at more than one axis's windows, as the page draws them: four days of a press, a sample every 62.5 ms, sent as fast as it goes.</summary>
[Trait("Category", "Browser")]
public sealed class AlarmPageTests
{
    private const int RateHz = 16;
    private const int BlockSeconds = 600;
    private const int Days = 4;

    [Fact]
    public async Task Page_VoteAndTrend_ShowsVotersAndTheLineOverDays()
    {
        await using LoopbackBroker broker = new(new LoopbackBrokerOptions(), TimeProvider.System, NullLogger<LoopbackBroker>.Instance);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(Settings(broker.Port));
        await gateway.WaitUntilReadyAsync();
        await PublishAsync(broker.Port);
        IReadOnlyList<JsonElement> alarms = [];
        await Patience.UntilAsync(
            async () => (alarms = await gateway.AlarmsAsync()).Select(alarm => alarm.GetProperty("rule").GetString()).Intersect(["machine", "change", "forecast", "slope"]).Count() == 4,
            "four kinds of alarms");

        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Page);
        await OpenAsync(browser, alarms, "machine");
        await Assertions.Expect(browser.Page.Locator(".seat.counted")).ToHaveCountAsync(2);
        await Assertions.Expect(browser.Page.Locator(".seat.against")).ToHaveTextAsync("s3 did not");
        await Assertions.Expect(browser.Page.Locator("#detail tbody tr")).ToHaveCountAsync(3);
        await Assertions.Expect(browser.Page.Locator("#detail tbody tr").First).ToContainTextAsync("baseline-rms");
        await browser.LookAtAsync("vote");

        foreach ((string rule, string[] legend) in ((string, string[])[])[
            ("change", ["measured", "reference", "limit, up", "limit, down"]), ("forecast", ["measured", "Theil–Sen line", "limit"]), ("slope", ["measured", "Theil–Sen line", "limit, 0.02 a day"])])
        {
            await OpenAsync(browser, alarms, rule);
            ILocator section = browser.Page.Locator("#detail section").Filter(new LocatorFilterOptions { HasText = "RMS over days" });
            await Assertions.Expect(section.Locator(".uplot")).ToBeVisibleAsync();
            // It waits: until the alarm is read, the view of the one before may stand.
            await Assertions.Expect(section.Locator(".u-legend .u-label")).ToHaveTextAsync(legend);
            await browser.LookAtAsync(rule);
        }

        browser.AssertClean();
    }

    private static async Task OpenAsync(BrowserPage browser, IReadOnlyList<JsonElement> alarms, string rule)
    {
        JsonElement raised = alarms.Last(alarm => alarm.GetProperty("rule").GetString() == rule && alarm.GetProperty("to").GetString() == "activeUnacknowledged");
        await browser.Page.GotoAsync(browser.Page.Url.Split('#')[0] + "#/alarm/" + raised.GetProperty("id").GetString());
        await Assertions.Expect(browser.Page.Locator("#alarm-title")).ToBeVisibleAsync();
    }

    private static JsonObject Settings(int brokerPort) => JsonNode.Parse(
        $$"""
        {
          "mqtt": { "port": {{brokerPort}}, "topics": [{ "template": "plant/{machine}/{sensor}", "sampleRateHz": {{RateHz}} }] },
          "detector": {
            "measures": { "interval": "00:01:00" },
            "baseline": { "learning": "01:00:00", "calibration": "01:00:00" },
            "votes": [{ "id": "machine", "rules": "baseline-rms", "silentAfter": "00:30:00" }],
            "trends": {
              "bucket": "02:00:00", "runIn": "00:00:00", "reference": "12:00:00",
              "rules": [
                { "id": "change", "quantity": "rms", "limit": 0.15 },
                { "id": "forecast", "quantity": "rms", "kind": "forecast", "limit": 0.68, "within": "3.00:00:00", "window": "3.00:00:00" },
                { "id": "slope", "quantity": "rms", "kind": "slope", "limit": 0.02, "window": "3.00:00:00" }
              ]
            }
          },
          "store": { "path": "data/thrum.db", "historyBucket": "00:10:00", "historyCoarseBucket": "01:00:00" }
        }
        """)!.AsObject();

    /// <summary>Three sensors; the first grows louder day by day, and at the end it and the second are suddenly three times as loud.</summary>
    private static async Task PublishAsync(int port)
    {
        TimeProvider time = TimeProvider.System;
        await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(new MqttSessionOptions { Host = "127.0.0.1", Port = port }, time, CancellationToken.None);
        long start = UnixTime.ToNs(time.GetUtcNow().AddDays(-Days));
        const int Blocks = Days * 86_400 / BlockSeconds;
        var random = new Random(1);
        float[] samples = new float[BlockSeconds * RateHz];
        for (int block = 0; block < Blocks; block++)
        {
            double days = block * (double)BlockSeconds / 86_400;
            for (int sensor = 1; sensor <= 3; sensor++)
            {
                double level = (sensor == 1 ? 1 + (0.06 * days) : 1) * (block >= Blocks - 3 && sensor < 3 ? 3 : 1) * (1 + (0.05 * random.NextDouble()));
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = (float)(level * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5));
                }

                string stamp = (start + (block * BlockSeconds * 1_000_000_000L)).ToString(CultureInfo.InvariantCulture);
                await publisher.PublishAsync($"plant/press/s{sensor}", MemoryMarshal.AsBytes(samples.AsSpan()).ToArray(), MqttQos.AtLeastOnce, properties: new MqttUserProperty[] { new("time", stamp) });
            }
        }

        await publisher.DrainAsync(CancellationToken.None);
    }
}
