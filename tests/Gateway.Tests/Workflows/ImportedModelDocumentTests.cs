using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Thrum.Detector.Models;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Workflows;

/// <summary>What docs/training.md shows of a model from PyTorch: its script, sidecar, configuration and commands.</summary>
public sealed partial class ImportedModelDocumentTests : IDisposable
{
    private const string Script = "import_torch.py";
    private readonly ConfigurationFolder _folder = new();

    public ImportedModelDocumentTests()
    {
        File.Copy(Path.Combine(RepositoryPaths.Root, "tests", "Gateway.Tests", "Data", "torch", "pump.onnx"), _folder.File("pump.onnx"));
        _folder.Write(Blocks("json")[0], "pump.onnx.json");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The model in the tests' data is what this script made of the recording that the document simulates.</summary>
    [Fact]
    public void Document_PyTorch_IsTheScriptThatMadeTheModelOfTheTests() =>
        Assert.Equal(File.ReadAllText(Path.Combine(RepositoryPaths.Root, "tests", "references", Script)), Blocks("python")[0]);

    [Fact]
    public void Document_Sidecar_LoadsWithTheModel()
    {
        using AutoencoderModel model = AutoencoderModel.Load(_folder.File("pump.onnx"));

        Assert.Equal((256, 256, 12_000.0), (model.Metadata.WindowSamples, model.Metadata.HopSamples, model.Metadata.SampleRateHz));
        Assert.Equal(["mse", "lmse"], model.Description.Metrics);
        Assert.Equal((4, 0), (model.Metadata.Scale, model.FixedBatch));
    }

    [Fact]
    public void Document_Configuration_HasNoFault()
    {
        ThrumOptions options = ConfigurationLoader.Load(_folder.Write(Blocks("json")[1]), []);

        Assert.Equal((_folder.File("pump-live.onnx"), "pump-1/drive-end/axis1"), (options.Detector.Models[0].Path, options.Detector.Models[0].Match));
    }

    /// <summary>The document from calibrate to top, with a broker and ports of its own.</summary>
    [Fact]
    [Trait("Category", "Integration")]
    public async Task Document_Commands_EndWithScoresAndTheAlarmOfTheBrokenBearing()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await RunAsync("simulate", "pump-1", "-o", "healthy.npy", "--duration", "2m");
        await RunAsync(Command("calibrate"));
        await RunAsync(Command("simulate pump-1 -o broken"));
        JsonObject settings = JsonNode.Parse(Blocks("json")[1])!.AsObject();
        settings["mqtt"]!["port"] = broker.Port;
        settings["detector"]!["models"]![0]!["path"] = _folder.File("pump-live.onnx");
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);
        await gateway.WaitUntilReadyAsync();

        await RunAsync([.. Command("replay"), "--broker", $"mqtt://127.0.0.1:{broker.Port}"]);

        // 60 s at 12 kHz in windows of 256, of the one axis that the model was trained on; the other still learns its baseline.
        await gateway.WaitForMetricsAsync(metrics => metrics.Windows("valid") == 2812, "every window of axis 1 is scored");
        JsonElement[] alarms = [.. await gateway.AlarmsAsync()];
        Assert.Equal(["axis1"], alarms.Select(alarm => alarm.GetProperty("axis").GetString()).Distinct().Order());
        Assert.All(alarms, alarm => Assert.Equal(("pump-1", "mse"), (alarm.GetProperty("machine").GetString(), alarm.GetProperty("metric").GetString())));
        Assert.True(File.Exists(_folder.File("pump-live.md")));
        Assert.Equal(0, await gateway.StopAsync());
    }

    /// <summary>The arguments of the command of the document that begins so.</summary>
    private static string[] Command(string beginning)
    {
        string line = Assert.Single(Section().Split('\n'), line => line.StartsWith("./thrum " + beginning, StringComparison.Ordinal));
        return [.. line.Split(' ').Skip(1).Select(word => word.Trim('\''))];
    }

    private async Task RunAsync(params string[] arguments)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, arguments);
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', arguments)}: {outcome.Error}");
    }

    private static string[] Blocks(string language) =>
        [.. Block().Matches(Section()).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value)];

    private static string Section() =>
        File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "training.md")).Split("\n## ").Single(section => section.StartsWith("From PyTorch or Keras to live", StringComparison.Ordinal));

    [GeneratedRegex("```(\\w+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
