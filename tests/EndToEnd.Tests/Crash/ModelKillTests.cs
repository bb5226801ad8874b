using System.Net;
using System.Text.Json.Nodes;

namespace Thrum.EndToEnd.Tests.Crash;

/// <summary>SIGKILL around a change of model, in journal mode: a replay scores every window by the model that was live at it.</summary>
[Trait("Category", "Crash")]
public sealed class ModelKillTests
{
    private const string Database = "models";

    // No checkpoint comes before the kill, so everything is replayed; or one comes often, so the change lies behind it.
    [Theory]
    [InlineData("01:00:00")]
    [InlineData("00:00:00.3")]
    public async Task Kill_BehindAChangeOfModel_ReplaysEachWindowByItsModel(string checkpointInterval)
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("thrum-test-");
        string model = Path.Combine(folder.FullName, "motor.onnx");
        File.Copy(await Cwru.ModelAsync(), model);
        GatewaySettings settings = new GatewaySettings(broker.Port, model).WithInflux(influx.Url, Database);
        JsonObject store = settings.Root["store"]!.AsObject();
        (store["durability"], store["checkpointInterval"]) = ("journal", checkpointInterval);
        settings.Root["detector"]!["modelWatch"] = "00:00:00";
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        Task<Published> replay = Cwru.ReplayAsync(broker.Port, Cwru.OuterRace, "--speed", "1", "--block", "256");
        await gateway.WaitForMetricsAsync(m => m.Received("decode") >= 100, "the recording plays");
        await File.WriteAllTextAsync(model + ".json", """{"scale":"5"}""");
        HttpStatusCode reloaded = await gateway.PostAsync("api/v1/models/motor/reload", "{}");
        long atChange = (await gateway.MetricsAsync()).Received("decode");
        await gateway.WaitForMetricsAsync(m => m.Received("decode") >= atChange + 60 && m.Sent("influx") >= 100, "windows of both models left");
        await gateway.KillAsync();
        IReadOnlyList<string> before = await influx.ContentAsync(Database, "vibration_score");
        long windows = Cwru.WindowsIn((await replay).Samples);
        await gateway.StartAgainAsync();
        await Patience.UntilAsync(
            async () => await influx.CountAsync("SELECT count(score) FROM vibration_score", Database) >= windows, () => $"{windows} windows: {gateway.Log}");
        Assert.Equal(0, await gateway.StopAsync());
        IReadOnlyList<string> after = await influx.ContentAsync(Database, "vibration_score");

        Assert.Equal(HttpStatusCode.OK, reloaded);
        Assert.Equal(windows, after.Count);
        Assert.Empty(before.Except(after));
        string[] revisions = [.. (await influx.QueryAsync("SELECT model_revision FROM vibration_score ORDER BY time", Database)).Select(row => row["model_revision"].GetString()!)];
        Assert.Equal(2, revisions.Distinct().Count());
        Assert.Equal(2, revisions.Zip(revisions.Skip(1)).Count(pair => pair.First != pair.Second) + 1);
        Assert.Equal(0, gateway.LogLinesWith("fail:"));
        folder.Delete(recursive: true);
    }
}
