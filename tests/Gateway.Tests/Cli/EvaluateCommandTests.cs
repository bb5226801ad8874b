using System.Globalization;
using System.Text.Json;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary><c>thrum evaluate</c> on recordings whose fault begins in the middle.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private const int Rate = 1000;
    private readonly ConfigurationFolder _folder = new();

    public EvaluateCommandTests()
    {
        TinyModel.Write(_folder.File("m.onnx"));
        Write("healthy.csv", 1, 8000, int.MaxValue);
        Write("a.csv", 2, 4000, 2000);
        Write("b.csv", 3, 4000, 3000);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--onset", "2s", "3")]
    [InlineData("--label", "anomaly")]
    public async Task Evaluate_FaultThatBeginsMidRecording_CountsDelaysFromThere(params string[] when)
    {
        JsonElement result = await RunAsync(when), events = result.GetProperty("scores").GetProperty("mse").GetProperty("events"), found = events.GetProperty("scores");

        Assert.Equal((2, 2, 0), (found.GetProperty("events").GetInt32(), found.GetProperty("found").GetInt32(), found.GetProperty("falseEvents").GetInt32()));

        // Three windows of 16 samples at 1 kHz.
        Assert.All(found.GetProperty("delays").EnumerateArray(), delay => Assert.InRange(delay.GetDouble(), 0.03, 0.08));
        Assert.Equal((500 + 125 + 187, 125 + 63), (result.GetProperty("windows").GetProperty("healthy").GetInt32(), result.GetProperty("windows").GetProperty("faulty").GetInt32()));
        JsonElement sure = events.GetProperty("intervals");
        Assert.Equal(["precision", "recall", "f1", "meanDelay"], sure.EnumerateObject().Select(member => member.Name));
        Assert.InRange(sure.GetProperty("recall").GetProperty("low").GetDouble(), 0.3, 0.4);
        Assert.Equal(1, sure.GetProperty("recall").GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task Evaluate_WithoutAnOnset_TakesTheWholeRecordingForFaulty()
    {
        JsonElement[] delays = [.. (await RunAsync()).GetProperty("scores").GetProperty("mse").GetProperty("events").GetProperty("scores").GetProperty("delays").EnumerateArray()];

        Assert.InRange(delays[0].GetDouble(), 2.03, 2.08);
        Assert.InRange(delays[1].GetDouble(), 3.03, 3.08);
    }

    /// <summary>The fault shows from 2 s and 3 s on; an onset of 3.5 s says that all before is healthy.</summary>
    [Fact]
    public async Task Evaluate_AlarmThatStoodBeforeTheOnset_IsFalseAndNoDetection()
    {
        JsonElement events = (await RunAsync("--onset", "3.5s")).GetProperty("scores").GetProperty("mse").GetProperty("events"), found = events.GetProperty("scores");

        Assert.Equal((2, 0, 2, 2), (found.GetProperty("events").GetInt32(), found.GetProperty("found").GetInt32(), found.GetProperty("alreadyRaised").GetInt32(), found.GetProperty("falseEvents").GetInt32()));
        Assert.Equal(JsonValueKind.Null, found.GetProperty("meanDelay").ValueKind);
        JsonElement standing = events.GetProperty("healthyInAlarm");

        // About 1.5 s and 0.5 s of 8 + 3.5 + 3.5 s.
        Assert.InRange(standing.GetProperty("share").GetDouble(), 0.11, 0.14);
        Assert.InRange(3600 * standing.GetProperty("hours").GetDouble(), 1.7, 2.1);
        Assert.InRange(3600 * standing.GetProperty("ofHours").GetDouble(), 14.8, 15.1);
    }

    [Theory]
    [InlineData("--onset 1s 2s 3s", "--onset has 3 times, expected one, or one for each of the 2 faulty recordings")]
    [InlineData("--onset soon", "--onset is 'soon', expected a time")]
    [InlineData("--onset 1m", "lasts 4 s, expected a fault that begins before its end, found one at 60 s")]
    [InlineData("--onset 1s --label anomaly", "--onset and --label are given")]
    public async Task Evaluate_WrongOnset_SaysWhatIsExpected(string options, string sentence)
    {
        ThrumProgram.Outcome outcome = await EvaluateAsync(options.Split(' '));

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(sentence, outcome.Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> RunAsync(params string[] when)
    {
        ThrumProgram.Outcome outcome = await EvaluateAsync(when);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    private Task<ThrumProgram.Outcome> EvaluateAsync(string[] when) => ThrumProgram.RunAsync(
        _folder.Path, ["evaluate", "--model", "m.onnx", "--healthy", "healthy.csv", "--faulty", "a.csv", "b.csv", "--rate", Rate.ToString(CultureInfo.InvariantCulture), "--axis", "x", "--json", .. when]);

    /// <summary>What the model was trained on, and from the onset on something else.</summary>
    private void Write(string name, int seed, int count, int onset)
    {
        var random = new Random(seed);
        File.WriteAllLines(_folder.File(name), Enumerable.Range(0, count)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{Math.Sin((0.4 * i) + seed) + (0.02 * (random.NextDouble() - 0.5)) + (i >= onset ? 4 * Math.Sin(2.1 * i) : 0)},{(i >= onset ? 1 : 0)}"))
            .Prepend("x,anomaly"));
    }
}
