using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thrum.Ingest.Mqtt;

namespace Thrum.Integration.Tests;

/// <summary>Slow quantities of a machine that a model sees together: trained, served and alarmed on through the command line and a real broker.</summary>
[Trait("Category", "Integration")]
public sealed class QuantityTests : IDisposable
{
    private const int Healthy = 12_000;
    private const int Length = 1200;
    private const int Onset = 900;
    private static readonly string[] Quantities = ["temperature", "pressure", "current"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    public async Task Run_ModelOfThreeQuantities_AlarmsWhenTheyNoLongerGoTogether(string format)
    {
        string model = await TrainAsync();
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        GatewaySettings settings = new(broker.Port, model);
        settings.Mqtt["topics"] = new JsonArray(new JsonObject { ["template"] = "plant/{machine}/{sensor}", ["format"] = format, ["sampleRateHz"] = 1 });
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        await PublishAsync(broker.Port, format);

        // Of each window one score for all and one for each quantity.
        int windows = ((Length - 30) / 10) + 1;
        await gateway.WaitForMetricsAsync(metrics => metrics.Sent("deliver") == windows * (1 + Quantities.Length), "every window is scored");
        IReadOnlyList<JsonElement> alarms = await gateway.AlarmsAsync();
        JsonElement first = alarms.Last(alarm => alarm.GetProperty("severity").GetString() == "alarm");
        Assert.All(alarms, alarm => Assert.Equal("all", alarm.GetProperty("axis").GetString()));
        Assert.InRange(SecondOf(first), Onset, Onset + 60);
        Assert.Equal((windows * 4, 0), ((int)(await gateway.MetricsAsync()).Windows("valid"), gateway.LogLinesWith("fail:")));
        Assert.Equal(0, await gateway.StopAsync());
    }

    private async Task<string> TrainAsync()
    {
        string recording = Path.Combine(_folder.FullName, "healthy.csv"), model = Path.Combine(_folder.FullName, "pump.onnx");
        await File.WriteAllTextAsync(recording, Csv(0, Healthy, seed: 1, onset: int.MaxValue));
        (await ThrumProgram.RunHereAsync(
            "train", recording, "--joint", "--rate", "1", "--axis", string.Join(',', Quantities), "--window", "30", "--hop", "10",
            "--model", "dense:90-24-6-24-90", "--epochs", "150", "-o", model)).Succeeded();
        return model;
    }

    private static async Task PublishAsync(int port, string format)
    {
        await using MqttPublisher publisher = await SyntheticSamples.ConnectAsync(port);
        for (int first = 0; first < Length; first += 5)
        {
            string payload = format == "csv" ? Csv(first, 5, seed: 2, Onset) : Json(first, 5);
            await publisher.PublishAsync("plant/pump/s1", Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce);
        }

        await publisher.DrainAsync();
    }

    private static string Json(int first, int count)
    {
        IEnumerable<string> axes = Quantities.Select((name, axis) =>
            $"\"{name}\": [{string.Join(',', Enumerable.Range(first, count).Select(second => Text(Values(second, 2, Onset)[axis])))}]");
        return $$"""{"time": "{{Time(first)}}", "axes": { {{string.Join(", ", axes)}} } }""";
    }

    private static string Csv(int first, int count, int seed, int onset) =>
        string.Join('\n', Enumerable.Range(first, count).Select(second => $"{Time(second)},{string.Join(',', Values(second, seed, onset).Select(Text))}").Prepend($"time,{string.Join(',', Quantities)}"));

    /// <summary>All follow the load; from the onset on the pressure goes its own way, at values that it always had.</summary>
    private static double[] Values(int second, int seed, int onset)
    {
        var random = new Random((seed * 1_000_003) + second);
        double load = Math.Sin(second * 2 * Math.PI / 97), other = Math.Sin(second * 2 * Math.PI / 31);
        double Noise() => 0.1 * (random.NextDouble() - 0.5);
        return [60 + (8 * load) + (8 * Noise()), 3 + (second < onset ? load : other) + Noise(), 12 + (2 * load) + (2 * Noise())];
    }

    private static double SecondOf(JsonElement alarm) =>
        (alarm.GetProperty("time").GetDateTimeOffset() - Cwru.Start).TotalSeconds;

    private static string Time(int second) => Cwru.Start.AddSeconds(second).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
