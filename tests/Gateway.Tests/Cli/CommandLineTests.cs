using System.Text.Json;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Version_Json_IsOneDocument()
    {
        ThrumProgram.Outcome outcome = await RunAsync("version", "--json");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.StartsWith("0.", document.RootElement.GetProperty("thrum").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(document.RootElement.GetProperty("onnxRuntime").GetString()!);
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("run", "--confg", "thrum.json")]
    [InlineData("nonsense")]
    [InlineData("train")]
    [InlineData("replay", "x.csv", "--topic", "t", "--qos", "two")]
    public async Task AnyCommand_WrongUsage_EndsWith2AndSaysWhyOnStandardError(params string[] arguments)
    {
        ThrumProgram.Outcome outcome = await RunAsync(arguments);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("thrum: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenCreate_Json_IsATokenAndItsEntry()
    {
        ThrumProgram.Outcome outcome = await RunAsync("token", "create", "--role", "operator", "--name", "ann", "--json");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        string token = document.RootElement.GetProperty("token").GetString()!;
        JsonElement entry = document.RootElement.GetProperty("entry");
        Assert.Equal(49, token.Length);
        Assert.Equal(Thrum.Gateway.Http.Access.AccessToken.HashOf(token), entry.GetProperty("hash").GetString());
        Assert.Single(_folder.Load($$""" "http": { "address": "0.0.0.0", "tokens": [ {{entry.GetRawText()}} ] } """).Http.Tokens);
    }

    [Fact]
    public async Task ConfigCheck_GoodConfiguration_EndsWith0()
    {
        TinyModel.Write(_folder.File("model.onnx"));
        _folder.Write(ConfigurationFolder.Minimal());

        ThrumProgram.Outcome outcome = await RunAsync("config", "check", "thrum.json");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith("thrum.json is good: 1 topics, 1 models", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config", "check", "thrum.json")]
    [InlineData("run", "-c", "thrum.json")]
    public async Task AnyCommand_ModelOfTheWrongShape_EndsWith2AndOneSentence(params string[] arguments)
    {
        TinyModel.Write(_folder.File("model.onnx"));
        _folder.Write($$"""{ {{ConfigurationFolder.Topics}}, "detector": { "models": [ { "path": "model.onnx", "metadata": { "window": "32" } } ] } }""");

        ThrumProgram.Outcome outcome = await RunAsync(arguments);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        string sentence = Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"thrum: Detector:Models:0: Model {_folder.File("model.onnx")}: expected input", sentence, StringComparison.Ordinal);
        Assert.Contains("[batch, 32]", sentence, StringComparison.Ordinal);
        Assert.Contains("found Float [any, 16]", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a model", "expected an ONNX model, found a file that breaks off or is damaged")]
    [InlineData(null, "expected a readable ONNX file, found: ")]
    public async Task ConfigCheck_NoModel_EndsWith2AndNamesTheFile(string? content, string expected)
    {
        _folder.Write(ConfigurationFolder.Minimal());
        if (content is not null)
        {
            _folder.Write(content, "model.onnx");
        }

        ThrumProgram.Outcome outcome = await RunAsync("config", "check", "thrum.json");

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith($"thrum: Detector:Models:0: Model {_folder.File("model.onnx")}: {expected}", Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SeveralFaults_EndsWith2AndALineForEach()
    {
        _folder.Write("""{ "mqtt": { "port": 0 }, "http": { "prot": 1 } }""");

        ThrumProgram.Outcome outcome = await RunAsync("run", "-c", "thrum.json");

        Assert.Equal(2, outcome.ExitCode);
        string[] lines = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("thrum: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_PortTaken_EndsWith2AndNamesTheSetting()
    {
        TinyModel.Write(_folder.File("model.onnx"));
        _folder.Write(ConfigurationFolder.Minimal());
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        ThrumProgram.Outcome outcome = await RunAsync("run", "-c", "thrum.json", "--set", FormattableString.Invariant($"Http:Port={port}"));

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(FormattableString.Invariant($"thrum: Http:Port is {port}, expected a free port on 127.0.0.1"), outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigInit_ExistingFile_IsLeftAlone()
    {
        ThrumProgram.Outcome first = await RunAsync("config", "init", "new.json");
        byte[] written = await File.ReadAllBytesAsync(_folder.File("new.json"), CancellationToken.None);
        ThrumProgram.Outcome second = await RunAsync("config", "init", "new.json");

        Assert.Equal((0, 2), (first.ExitCode, second.ExitCode));
        Assert.Equal(written, await File.ReadAllBytesAsync(_folder.File("new.json"), CancellationToken.None));
    }

    [Fact]
    public async Task Inspect_Json_TellsTheModel()
    {
        TinyModel.Write(_folder.File("tiny.onnx"));

        ThrumProgram.Outcome outcome = await RunAsync("inspect", "tiny.onnx", "--json");

        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.Equal("tiny", document.RootElement.GetProperty("name").GetString());
        Assert.Equal(16, document.RootElement.GetProperty("windowSamples").GetInt32());
        Assert.True(document.RootElement.GetProperty("calibrationWindows").GetInt32() > 0);
        Assert.Contains("layout batch,values ", (await RunAsync("inspect", "tiny.onnx")).Output, StringComparison.Ordinal);
    }

    private Task<ThrumProgram.Outcome> RunAsync(params string[] arguments) => ThrumProgram.RunAsync(_folder.Path, arguments);
}
