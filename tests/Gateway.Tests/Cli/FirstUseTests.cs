using System.Text.Json;
using Thrum.Detector.Calibration;
using Thrum.Gateway.Tests.Support;
using Thrum.Gateway.Workflows;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>What somebody meets who does something for the first time.</summary>
public sealed class FirstUseTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("no such file", "inspect", "nothere.wav")]
    [InlineData("no such file", "replay", "nothere.wav", "--topic", "t")]
    [InlineData("no such file", "train", "nothere.csv", "-o", "x.onnx")]
    [InlineData("no such file", "inspect", "nothere.onnx")]
    [InlineData("no such file", "evaluate", "--model", "nothere.onnx", "--healthy", "a.wav", "--faulty", "b.wav")]
    [InlineData("a folder", "train", ".", "-o", "x.onnx")]
    [InlineData("did you mean mqtt://localhost:1883?", "replay", "nothere.wav", "--topic", "t", "--broker", "localhost:1883")]
    [InlineData("did you mean mqtt://localhost?", "listen", "--broker", "localhost")]
    public async Task AnyCommand_WrongFileOrBroker_EndsWith2AndOneClearSentence(string expected, params string[] arguments)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, arguments);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        string sentence = Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("Could not find", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigCheck_Set_WinsOverTheFile()
    {
        TinyModel.Write(_folder.File("model.onnx"));
        _folder.Write(ConfigurationFolder.Minimal());

        ThrumProgram.Outcome good = await ThrumProgram.RunAsync(_folder.Path, "config", "check", "--set", "Mqtt:Port=1884");
        ThrumProgram.Outcome wrong = await ThrumProgram.RunAsync(_folder.Path, "config", "check", "--set", "Mqtt:Port=0");

        Assert.Equal((0, 2), (good.ExitCode, wrong.ExitCode));
        Assert.Contains("Mqtt:Port is '0'", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HostWithScheme_IsToldWithoutItsPassword()
    {
        string fault = Assert.Single(_folder.Faults(ConfigurationFolder.Minimal(), "Mqtt:Host=mqtt://user:hidden@broker"));

        Assert.StartsWith("Mqtt:Host begins with 'mqtt://', expected the host's name alone", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(199, true)]
    [InlineData(200, false)]
    public void WarningOf_Windows_WarnsOfFew(int windows, bool warns)
    {
        var scores = new HealthyScores(16, new Dictionary<string, HealthySequence> { ["mse"] = HealthySequence.FromScores(new float[windows], [windows]) });

        Assert.Equal(warns, HealthyCalibration.WarningOf(scores) is not null);
    }

    [Fact]
    public async Task Evaluate_RecordingsOfAnotherRate_TellsTheRatesInOneLineEach()
    {
        TinyModel.Write(_folder.File("model.onnx"));
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "a.wav", "--duration", "2s");
        string[] arguments = ["evaluate", "--model", "model.onnx", "--healthy", "a.wav", "--faulty", "a.wav"];

        ThrumProgram.Outcome table = await ThrumProgram.RunAsync(_folder.Path, arguments);
        ThrumProgram.Outcome json = await ThrumProgram.RunAsync(_folder.Path, [.. arguments, "--json"]);

        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal(12_000, document.RootElement.GetProperty("sampleRates").GetProperty("healthy")[0].GetDouble());
        JsonElement score = document.RootElement.GetProperty("scores").EnumerateObject().First().Value;
        Assert.Equal(["threshold", "thresholdOrigin", "figures", "events", "bestF1", "bestBalanced", "curve"], score.EnumerateObject().Select(member => member.Name));
        Assert.Equal(0.5, score.GetProperty("figures").GetProperty("auroc").GetProperty("value").GetDouble());
        Assert.Equal(1, score.GetProperty("events").GetProperty("scores").GetProperty("delays").GetArrayLength());
        Assert.Equal(1, score.GetProperty("curve").EnumerateArray().Last().GetProperty("counts").GetProperty("falseAlarmRate").GetDouble());
        Assert.Contains("healthy recorded at 12000 Hz, faulty at 12000 Hz; the model works at ", table.Output, StringComparison.Ordinal);
        Assert.All(["events found (95 %)", "mse: threshold from "], text => Assert.Contains(text, table.Output, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "Integration")]
    public async Task Replay_NobodyListens_SaysSoOnceAndPlaysAsAskedFor()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "a.wav", "--duration", "2s");
        string[] arguments = ["replay", "a.wav", "--topic", "t/{axis}", "--broker", FormattableString.Invariant($"mqtt://127.0.0.1:{broker.Port}"), "--speed", "max", "--loop", "2", "--json"];

        ThrumProgram.Outcome whole = await ThrumProgram.RunAsync(_folder.Path, arguments);
        ThrumProgram.Outcome dropped = await ThrumProgram.RunAsync(_folder.Path, [.. arguments, "--drop", "1"]);
        ThrumProgram.Outcome doubled = await ThrumProgram.RunAsync(_folder.Path, [.. arguments, "--duplicate", "1"]);

        // 24,000 samples are 24 blocks of 1024, of two axes, played twice.
        Assert.Equal((96, 0, 192), (Messages(whole), Messages(dropped), Messages(doubled)));
        Assert.Equal(2, whole.Error.Split("nobody is subscribed to").Length);
        Assert.Equal("", dropped.Error);
    }

    private static int Messages(ThrumProgram.Outcome outcome)
    {
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        return document.RootElement.GetProperty("messages").GetInt32();
    }
}
