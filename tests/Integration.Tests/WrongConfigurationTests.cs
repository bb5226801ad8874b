using System.Text.Json.Nodes;

namespace Thrum.Integration.Tests;

/// <summary>The executable refuses what it is told wrongly: exit code 2 and one sentence with setting, value and what was expected.</summary>
[Trait("Category", "Integration")]
public sealed class WrongConfigurationTests
{
    private static readonly string Models = Path.Combine(RepositoryPaths.Root, "models");
    private static readonly string BadModels = Path.Combine(RepositoryPaths.Root, "tests", "Detector.Tests", "Data");

    [Theory]
    [InlineData("0", "Mqtt:Port is '0', expected a value from 1 to 65535")]
    [InlineData("70000", "Mqtt:Port is '70000', expected a value from 1 to 65535")]
    [InlineData("-1", "Mqtt:Port is '-1', expected a value from 1 to 65535")]
    [InlineData("\"abc\"", "Mqtt:Port is 'abc', expected a whole number")]
    public async Task Run_BadPort_EndsWith2AndOneSentence(string port, string sentence)
    {
        JsonObject settings = Good();
        settings["mqtt"]!["port"] = JsonNode.Parse(port);

        await AssertRefusedAsync(settings, sentence);
    }

    [Theory]
    [InlineData("mqtt", "prot", "Unknown setting 'Mqtt:prot': did you mean 'Mqtt:Port'?")]
    [InlineData("detector", "modells", "Unknown setting 'Detector:modells': did you mean 'Detector:Models'?")]
    [InlineData("http", "adress", "Unknown setting 'Http:adress': did you mean 'Http:Address'?")]
    public async Task Run_UnknownKey_EndsWith2AndNamesTheNearest(string section, string key, string sentence)
    {
        JsonObject settings = Good();
        JsonObject group = settings[section]?.AsObject() ?? [];
        settings[section] = group;
        group[key] = 1;

        await AssertRefusedAsync(settings, sentence);
    }

    [Theory]
    [InlineData("absent.onnx", "expected a readable ONNX file, found: ")]
    [InlineData("not-onnx.onnx", "expected an ONNX model, found a file that breaks off or is damaged")]
    [InlineData("other-window.onnx", "expected input 'x' to be Float [batch, 32] or [batch, 1, 32] or [batch, 32, 1] or [32, batch, 1], found Float [any, 64]")]
    [InlineData("encoder-only.onnx", "expected output 'y' to be Float [batch, 32] or [batch, 1, 32] or [batch, 32, 1] or [32, batch, 1], found Float [any, 8]")]
    [InlineData("no-metadata.onnx", "thrum.window is missing, expected an integer from 2 to 4194304")]
    [InlineData("data-dependent.onnx", "expected it to run on a batch of")]
    public async Task Run_ModelThatDoesNotFit_EndsWith2AndSaysWhatWasFound(string file, string sentence)
    {
        JsonObject settings = Good();
        string path = Path.Combine(BadModels, file);
        settings["detector"]!["models"]![0]!["path"] = path;

        await AssertRefusedAsync(settings, $"Detector:Models:0: Model {path}: {sentence}");
    }

    [Fact]
    public async Task Run_AlarmRuleWithUnreadableValue_IsNotLeftOut()
    {
        JsonObject settings = Good();
        settings["detector"]!["alarms"] = new JsonArray(new JsonObject { ["raiseSigma"] = "six" });

        await AssertRefusedAsync(settings, "Detector:Alarms:0:RaiseSigma is 'six', expected a number");
    }

    [Fact]
    public async Task Run_StoreInAFolderThatCannotBe_EndsWith2AndNamesTheSetting()
    {
        JsonObject settings = Good();
        string path = Path.Combine(Models, "cwru.onnx", "thrum.db");
        settings["store"] = new JsonObject { ["path"] = path };

        await AssertRefusedAsync(settings, $"Store:Path is '{path}', expected a file in a folder that exists or can be made");
    }

    [Fact]
    public async Task Run_PortOfAnother_EndsWith2WithoutAStackTrace()
    {
        await using WebhookReceiver other = await WebhookReceiver.StartAsync();
        JsonObject settings = Good();
        settings["http"] = new JsonObject { ["port"] = other.Url.Port };

        ThrumProgram.Outcome result = await RunAsync(settings);

        Assert.Equal(2, result.ExitCode);
        string last = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith($"thrum: Http:Port is {other.Url.Port}, expected a free port on 127.0.0.1", last, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MissingFile_EndsWith2AndNamesIt()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "absent.json");

        AssertOneSentence(await ThrumProgram.RunHereAsync("run", "-c", path), $"The configuration file {path} does not exist; expected");
    }

    [Fact]
    public async Task Run_BrokenJson_EndsWith2AndNamesTheFile()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "broken.json");
        await File.WriteAllTextAsync(path, "{\n  \"mqtt\": {\n");

        AssertOneSentence(await ThrumProgram.RunHereAsync("run", "-c", path), $"The configuration file {path} is not JSON: ");
    }

    [Theory]
    [InlineData("replay", "absent.mat", "--topic", "a/b")]
    [InlineData("run", "--bogus")]
    [InlineData("train", "absent.mat", "-o", "x.onnx", "--rate", "fast")]
    [InlineData("replay", "absent.mat", "--topic", "a/b", "--qos", "3")]
    public async Task Commands_WrongUsageOrFile_FailWithOneSentence(params string[] arguments)
    {
        ThrumProgram.Outcome result = await ThrumProgram.RunHereAsync(arguments);

        Assert.InRange(result.ExitCode, 1, 2);
        Assert.StartsWith("thrum: ", Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    private static JsonObject Good() => new()
    {
        ["mqtt"] = new JsonObject { ["topics"] = new JsonArray(new JsonObject { ["template"] = "vibration/{machine}/{sensor}/{axis}" }) },
        ["detector"] = new JsonObject { ["models"] = new JsonArray(new JsonObject { ["path"] = Path.Combine(Models, "cwru.onnx") }) },
    };

    private static async Task AssertRefusedAsync(JsonObject settings, string sentence) => AssertOneSentence(await RunAsync(settings), sentence);

    private static async Task<ThrumProgram.Outcome> RunAsync(JsonObject settings)
    {
        string folder = ServerProcess.TemporaryFolder();
        try
        {
            string path = Path.Combine(folder, "thrum.json");
            await File.WriteAllTextAsync(path, settings.ToJsonString());
            return await ThrumProgram.RunHereAsync("run", "-c", path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AssertOneSentence(ThrumProgram.Outcome result, string sentence)
    {
        Assert.Equal(2, result.ExitCode);
        string only = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"thrum: {sentence}", only, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }
}
