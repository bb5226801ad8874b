using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>The documents that <c>thrum reproduce … --json</c> prints, as commands.</summary>
public sealed class ReproduceCommandTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cwru_Json_HasTheShapeThatOthersRead()
    {
        JsonElement document = await RunAsync("cwru", Require.SharedData("cwru"));

        Assert.Equal(["healthyAlarms", "recordings"], Names(document));
        Assert.Equal(0, document.GetProperty("healthyAlarms").GetInt32());
        JsonElement[] recordings = [.. document.GetProperty("recordings").EnumerateArray()];
        Assert.NotEmpty(recordings);
        Assert.All(recordings, recording =>
        {
            Assert.Equal(["name", "alarmSeconds", "detectionRate"], Names(recording));
            Assert.InRange(recording.GetProperty("alarmSeconds").GetDouble(), 0, 1);
            Assert.InRange(recording.GetProperty("detectionRate").GetDouble(), 0.99, 1);
        });
    }

    [Fact]
    public async Task Lmse_Json_HasTheShapeThatOthersRead()
    {
        WriteImages("train", 40);
        WriteImages("t10k", 20);

        JsonElement document = await RunAsync("lmse", _folder.Path, "--dataset", "mnist", "--classes", "3", "--latent", "16", "--learning-rate", "1e-3", "--epochs", "1", "--seeds", "1");

        Assert.Equal(["rows", "mean"], Names(document).Take(2));
        JsonElement[] rows = [.. document.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["mse", "lmse"], rows.Select(row => row.GetProperty("loss").GetString()));
        Assert.All(rows, row =>
        {
            Assert.Equal(["class", "loss", "latent", "learningRate", "seed", "auroc"], Names(row).Take(6));
            Assert.Equal((3, 16, 1e-3, 0), (row.GetProperty("class").GetInt32(), row.GetProperty("latent").GetInt32(), row.GetProperty("learningRate").GetDouble(), row.GetProperty("seed").GetInt32()));
            Assert.Equal(["mse", "lmse"], Names(row.GetProperty("auroc")));
        });
        Assert.Equal(["mse", "lmse"], Names(document.GetProperty("mean")));
        Assert.InRange(document.GetProperty("mean").GetProperty("lmse").GetDouble(), 0, 1);
    }

    [Theory]
    [InlineData("zeroModel", "zero model")]
    [InlineData("always", "always")]
    public void Words_OfAKey_AreSuchAsPeopleRead(string key, string words) => Assert.Equal(words, Thrum.Gateway.Cli.ReproduceSkabCommand.Words(key));

    [Fact]
    public async Task Pronostia_Json_HasTheShapeThatOthersRead()
    {
        DirectoryInfo bearing = Directory.CreateDirectory(_folder.File("Bearing9_9"));
        var random = new Random(1);
        for (int snapshot = 0; snapshot < 80; snapshot++)
        {
            double level = snapshot < 70 ? 1 : 30;
            await File.WriteAllLinesAsync(
                Path.Combine(bearing.FullName, string.Create(CultureInfo.InvariantCulture, $"acc_{snapshot:D5}.csv")),
                Enumerable.Range(0, 2560).Select(i => string.Create(CultureInfo.InvariantCulture, $"9,39,39,{i},{level * (random.NextDouble() - 0.5)},{random.NextDouble() - 0.5}")),
                TestContext.Current.CancellationToken);
        }

        JsonElement document = await RunAsync("pronostia", _folder.Path);

        Assert.Equal(["bearings"], Names(document));
        JsonElement found = Assert.Single(document.GetProperty("bearings").EnumerateArray());
        Assert.Equal(["name", "snapshots", "alarmSnapshot", "earlyAlarms", "warnings"], Names(found));
        Assert.Equal(("Bearing9_9", 80, 70, 0), (found.GetProperty("name").GetString(), found.GetProperty("snapshots").GetInt32(), found.GetProperty("alarmSnapshot").GetInt32(), found.GetProperty("earlyAlarms").GetInt32()));
        Assert.Equal(JsonValueKind.Array, found.GetProperty("warnings").ValueKind);
    }

    /// <summary>One seed, whose figures may differ a little from machine to machine; the aims are for the mean of three.</summary>
    [Fact]
    public async Task Skab_Json_HasTheShapeThatOthersReadAndFindsTheEvents()
    {
        JsonElement document = await RunAsync("skab", Require.SharedData("skab"), "--seeds", "1");

        Assert.Equal(["files", "notebook", "causal", "trivial"], Names(document));
        JsonElement notebook = document.GetProperty("notebook"), causal = document.GetProperty("causal");
        Assert.Equal(["f1", "far", "mar"], Names(notebook));
        Assert.Equal(["f1", "far", "mar", "farBeforeEvent", "eventsFound"], Names(causal));
        Assert.Equal(["always", "calendar", "reachable", "zeroModel"], Names(document.GetProperty("trivial")));
        Assert.Equal(["f1", "far", "mar"], Names(document.GetProperty("trivial").GetProperty("always")));
        Assert.InRange(notebook.GetProperty("f1").GetDouble(), 0.8, 1);
        Assert.InRange(notebook.GetProperty("far").GetDouble(), 0, 0.16);
        Assert.InRange(causal.GetProperty("f1").GetDouble(), 0.75, 1);
        Assert.InRange(causal.GetProperty("farBeforeEvent").GetDouble(), 0, 0.05);
        Assert.InRange(causal.GetProperty("eventsFound").GetDouble(), 0.8, 1);
    }

    private static IEnumerable<string> Names(JsonElement document) => document.EnumerateObject().Select(member => member.Name);

    private async Task<JsonElement> RunAsync(string experiment, string data, params string[] more)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, ["reproduce", experiment, "--data", data, "--json", .. more]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    /// <summary>Pictures of 28 x 28, every other one of class 3: a bright block whose place depends on the class, and noise.</summary>
    private void WriteImages(string part, int count)
    {
        var random = new Random(count);
        byte[] images = new byte[16 + (count * 784)], labels = new byte[8 + count];
        int[] header = [0x0803, count, 28, 28];
        for (int i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(4 * i), header[i]);
        }

        BinaryPrimitives.WriteInt32BigEndian(labels, 0x0801);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), count);
        for (int i = 0; i < count; i++)
        {
            labels[8 + i] = (byte)(i % 2 == 0 ? 3 : 5);
            for (int pixel = 0; pixel < 784; pixel++)
            {
                bool isBright = i % 2 == 0 ? pixel < 200 : pixel > 500;
                images[16 + (i * 784) + pixel] = (byte)((isBright ? 180 : 0) + random.Next(60));
            }
        }

        File.WriteAllBytes(_folder.File($"{part}-images-idx3-ubyte"), images);
        File.WriteAllBytes(_folder.File($"{part}-labels-idx1-ubyte"), labels);
    }
}
