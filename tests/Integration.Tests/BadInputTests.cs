using System.Text.Json;
using System.Text.Json.Nodes;
using Thrum.Ingest.Mqtt;

namespace Thrum.Integration.Tests;

/// <summary>Devices that send rubbish beside one that works.</summary>
[Trait("Category", "Integration")]
public sealed class BadInputTests
{
    private const string Database = "vibration";
    private const int BlockSamples = SyntheticSamples.BlockSamples;
    private const int Blocks = 24;
    private const int Repeats = 3;

    // The 50 MB message is above the limit of 16 MiB.
    private static readonly (string Reason, string Topic, byte[] Payload)[] BadMessages =
    [
        ("badLength", "vibration/odd/s1/DE", [1, 2, 3, 4, 5]),
        ("badJson", "json/odd/s1", "{\"samples\": [1, 2"u8.ToArray()),
        ("unknownTopic", "vibration/odd", [0, 0, 0, 0]),
        ("empty", "vibration/odd/s1/DE", []),
        ("tooLarge", "vibration/odd/s1/DE", new byte[50_000_000]),
    ];

    [Fact]
    public async Task Run_BadMessagesAmongGoodOnes_CountsEachReasonLogsOnceAndScoresTheGood()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        JsonArray topics = settings.Mqtt["topics"]!.AsArray();
        topics[0]!["filter"] = "vibration/#";
        topics.Add(new JsonObject { ["template"] = "json/{machine}/{sensor}", ["format"] = "json", ["sampleRateHz"] = 12000 });
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        float[] good = SyntheticSamples.Noise(Blocks * BlockSamples), withHoles = [.. good];
        foreach (int block in (int[])[5, 11, 17])
        {
            withHoles.AsSpan((block * BlockSamples) + 100, 20).Fill(float.NaN);
        }

        await PublishAsync(broker.Port, good, withHoles);

        int messages = (2 * Blocks) + (Repeats * BadMessages.Length);
        long windows = 2 * Cwru.WindowsIn(good.Length);
        GatewayMetrics metrics = await gateway.WaitForMetricsAsync(
            m => m.Received("decode") == messages && m.Sent("influx") >= windows, "all is taken and stored");
        foreach ((string reason, _, _) in BadMessages)
        {
            Assert.Equal(Repeats, metrics.Dropped("decode", reason));
        }

        Assert.Equal(2 * Blocks, metrics.Sent("decode"));
        string[] said = [": badLength,", ": badJson,", ": unknownTopic,", ": empty,", "Skipped an MQTT message of", "not finite"];
        Assert.All(said, text => Assert.Equal(1, gateway.LogLinesWith(text)));

        IReadOnlyList<long> times = Cwru.WindowTimesUnixNs(good.Length);
        IReadOnlyList<StoredScore> clean = await influx.ScoresAsync(Database, "good"), holed = await influx.ScoresAsync(Database, "nan");
        Assert.Equal(times, clean.Select(score => score.TimeUnixNs));
        Assert.All(clean, score => Assert.Equal("valid", score.Status));
        Assert.Equal(times, holed.Select(score => score.TimeUnixNs));
        Assert.Equal(times.Select((_, window) => IsFinite(withHoles, window) ? "valid" : "nonFinite"), holed.Select(score => score.Status));
        Assert.All(holed, score => Assert.Equal(score.Status == "valid", score.Score is not null));
        Assert.Equal(holed.Count(score => score.Status == "nonFinite"), metrics.Windows("nonFinite"));
        await ReplayLettersAsync(broker, gateway, metrics.Received("decode"));
        Assert.Equal([], await gateway.NotReadyReasonsAsync());
        Assert.Equal(0, await gateway.StopAsync());
    }

    /// <summary>What could not be decoded is kept, and comes again as it was when it is sent again: still undecodable here.</summary>
    private static async Task ReplayLettersAsync(MosquittoServer broker, GatewayProcess gateway, long received)
    {
        string store = Path.Combine(gateway.Folder, "data", "thrum.db");
        JsonElement[] torn = [];
        await Patience.UntilAsync(
            async () =>
            {
                JsonElement letters = (await ThrumProgram.RunHereAsync("deadletter", "list", "--kind", "message", "--store", store, "--json")).Succeeded().Json;
                torn = [.. letters.EnumerateArray().Where(letter => letter.GetProperty("reason").GetString() == "badJson")];
                return torn.Length == Repeats;
            },
            "every torn message is kept");
        ThrumProgram.Outcome sent = await ThrumProgram.RunHereAsync(
            "deadletter", "replay", torn[0].GetProperty("id").ToString(), "--store", store, "--broker", $"mqtt://127.0.0.1:{broker.Port}");
        Assert.Equal("sent 1", sent.Succeeded().Error.Trim());
        GatewayMetrics after = await gateway.WaitForMetricsAsync(m => m.Received("decode") == received + 1, "the letter came again");
        Assert.Equal(Repeats + 1, after.Dropped("decode", "badJson"));
    }

    private static bool IsFinite(float[] samples, int window) =>
        !samples.AsSpan(window * Cwru.HopSamples, Cwru.WindowSamples).ToArray().Any(float.IsNaN);

    /// <summary>Blocks of the two sensors in step, and three times each bad message among them.</summary>
    private static async Task PublishAsync(int brokerPort, float[] good, float[] withHoles)
    {
        await using MqttPublisher publisher = await SyntheticSamples.ConnectAsync(brokerPort);
        for (int block = 0; block < Blocks; block++)
        {
            await SyntheticSamples.PublishBlockAsync(publisher, "vibration/good/s1/DE", good, block);
            await SyntheticSamples.PublishBlockAsync(publisher, "vibration/nan/s1/DE", withHoles, block);
            if (block < Repeats * BadMessages.Length)
            {
                (_, string topic, byte[] payload) = BadMessages[block % BadMessages.Length];
                await publisher.PublishAsync(topic, payload, MqttQos.AtLeastOnce);
            }
        }

        await publisher.DrainAsync();
    }
}
