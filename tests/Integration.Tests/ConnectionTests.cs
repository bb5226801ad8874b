using System.Text.Json.Nodes;

namespace Thrum.Integration.Tests;

/// <summary>How a gateway finds its broker and database, and how it leaves.</summary>
[Trait("Category", "Integration")]
public sealed class ConnectionTests
{
    private const string Database = "vibration";

    [Fact]
    public async Task Run_StartedBeforeBrokerAndDatabase_ConnectsToBothWhenTheyCome()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        await broker.StopAsync();
        await influx.StopAsync();
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await Patience.UntilAsync(
            async () => await gateway.NotReadyReasonsAsync() is [var reason] && reason.Contains($"broker 127.0.0.1:{broker.Port}", StringComparison.Ordinal), "the broker is the one reason");

        await broker.StartAgainAsync();
        await gateway.WaitUntilReadyAsync();
        Published published = await Cwru.ReplayAsync(broker.Port, Cwru.Healthy, "--speed", "max");
        await gateway.WaitForMetricsAsync(
            m => m.Sent("deliver") == Cwru.WindowsIn(published.Samples) && m.Errors("influx") > 0, "points wait for the database");
        await influx.StartAgainAsync();

        await gateway.WaitForMetricsAsync(m => m.Sent("influx") == Cwru.WindowsIn(published.Samples), "every point is stored");
        IReadOnlyList<StoredScore> scores = await influx.ScoresAsync(Database, Cwru.Healthy.Machine);
        Assert.Equal(Cwru.WindowTimesUnixNs(published.Samples), scores.Select(score => score.TimeUnixNs));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_WrongPassword_SaysSoOnceAndInReadiness()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync("thrum", "right");
        GatewaySettings settings = new(broker.Port, await Cwru.ModelAsync());
        (settings.Mqtt["user"], settings.Mqtt["password"]) = ("thrum", "wr0ng-s3cret");
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);

        // Several attempts, which the broker logs each.
        await Patience.UntilAsync(() => broker.LogText.Split("not authorised").Length > 3, "the gateway tries again");

        await Patience.UntilAsync(
            async () => await gateway.NotReadyReasonsAsync() is [var reason] && reason.Contains("refused the connection", StringComparison.Ordinal), "the refusal is the one reason");
        Assert.Equal(1, gateway.LogLinesWith("No connection to MQTT broker"));
        Assert.DoesNotContain("wr0ng-s3cret", gateway.Log, StringComparison.Ordinal);
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_PasswordFromFile_IsLetIn()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync("thrum", "right");
        GatewaySettings settings = new(broker.Port, await Cwru.ModelAsync());
        string file = Path.Combine(AppContext.BaseDirectory, "broker.password");
        await File.WriteAllTextAsync(file, "right\n");
        (settings.Mqtt["user"], settings.Mqtt["passwordFile"]) = ("thrum", file);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);

        await gateway.WaitUntilReadyAsync();

        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_Mqtt311_ReceivesJsonWithStamps()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        settings.Mqtt["protocol"] = "3.1.1";
        settings.Mqtt["topics"]!.AsArray().Add(new JsonObject { ["template"] = "json/{machine}/{sensor}/{axis}", ["format"] = "json" });
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();
        Assert.Equal(1, gateway.LogLinesWith("with V311"));

        float[] samples = SyntheticSamples.Noise(20 * SyntheticSamples.BlockSamples);
        await SyntheticSamples.PublishJsonAsync(broker.Port, "json/old/s1/x", samples);

        long windows = Cwru.WindowsIn(samples.Length);
        await gateway.WaitForMetricsAsync(m => m.Sent("influx") == windows, "every point is stored");
        IReadOnlyList<StoredScore> scores = await influx.ScoresAsync(Database, "old");
        Assert.Equal(Cwru.WindowTimesUnixNs(samples.Length), scores.Select(score => score.TimeUnixNs));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_SigtermInMidReplay_DeliversWhatItAcknowledgedAndEndsWith0()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        Task<Published> replay = Cwru.ReplayAsync(broker.Port, Cwru.OuterRace, "--speed", "2", "--block", "256");
        await gateway.WaitForMetricsAsync(m => m.Sent("decode") >= 100, "the replay is under way");
        Assert.Equal(0, await gateway.StopAsync());
        Published published = await replay;

        string[] stopped = Assert.Single(gateway.Log.Split('\n'), line => line.Contains("Stopped after", StringComparison.Ordinal)).Split(' ');
        long messages = long.Parse(stopped[Array.IndexOf(stopped, "after") + 1], System.Globalization.CultureInfo.InvariantCulture);
        long windows = Cwru.WindowsIn(256 * messages);
        Assert.InRange(messages, 100, (published.Samples / 256) - 1);
        IReadOnlyList<StoredScore> scores = await influx.ScoresAsync(Database, Cwru.OuterRace.Machine);
        Assert.Equal(Cwru.WindowTimesUnixNs(256 * messages), scores.Select(score => score.TimeUnixNs));
        Assert.Equal(windows, scores.Count);

        // What came meanwhile waited in the broker; the new process begins its grid with it and ends with the recording.
        await gateway.StartAgainAsync();
        long rest = published.Samples - (256 * messages);
        await gateway.WaitForMetricsAsync(m => m.Sent("influx") >= Cwru.WindowsIn(rest), "the rest is stored");
        Assert.Equal((published.Samples + 255) / 256, messages + (await gateway.MetricsAsync()).Received("decode"));
        Assert.Equal(windows + Cwru.WindowsIn(rest), (await influx.ScoresAsync(Database, Cwru.OuterRace.Machine)).Count);
        Assert.Equal(0, await gateway.StopAsync());
    }
}
