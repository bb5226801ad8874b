using System.Globalization;
using System.Text.Json;
using Thrum.Detector.Models;

namespace Thrum.Gateway.Tests.Cli;

/// <summary><c>thrum evaluate</c> and <c>thrum calibrate</c> on a model that sees two quantities together.</summary>
public sealed class JointModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public JointModelTests()
    {
        // Two quantities that move together; the fault is that they no longer do, while each looks as before.
        Write("train.csv", 1, ["flow", "pressure"], lag: 0);
        Write("healthy.csv", 2, ["flow", "pressure"], lag: 0);
        Write("faulty.csv", 3, ["flow", "pressure"], lag: 9);
        Write("swapped.csv", 3, ["pressure", "level", "flow"], lag: 9);
        Write("turned.csv", 3, ["pressure", "flow"], lag: 9);
        Write("single.csv", 3, ["flow"], lag: 9);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Evaluate_JointModel_TakesItsQuantitiesByNameInWhateverOrderTheFileHasThem()
    {
        await TrainAsync();
        JsonElement result = await EvaluateAsync("faulty.csv"), swapped = await EvaluateAsync("swapped.csv"), named = await EvaluateAsync("swapped.csv", "--axis", "flow,pressure");

        Assert.Equal((187, 187), (result.GetProperty("windows").GetProperty("healthy").GetInt32(), result.GetProperty("windows").GetProperty("faulty").GetInt32()));
        Assert.InRange(Area(result), 0.9, 1);
        Assert.Equal(result.GetRawText(), swapped.GetRawText());
        Assert.Equal(Area(result), Area(named));
    }

    [Fact]
    public async Task Evaluate_FileWithoutAQuantityOfTheModel_SaysWhichAreExpected()
    {
        await TrainAsync();
        ThrumProgram.Outcome outcome = await RunAsync("evaluate", "--model", "pump.onnx", "--healthy", "healthy.csv", "--faulty", "single.csv", "--rate", "1");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("single.csv has the axes flow, expected those of the model, flow, pressure; --axis names them", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_JointModel_UsesBothQuantitiesAndRefusesWhatItWasTrainedOn()
    {
        await TrainAsync();
        ThrumProgram.Outcome done = await RunAsync("calibrate", "pump.onnx", "healthy.csv", "-o", "calibrated.onnx", "--rate", "1", "--json");
        ThrumProgram.Outcome refused = await RunAsync("calibrate", "pump.onnx", "train.csv", "-o", "refused.onnx", "--rate", "1");

        Assert.True(done.ExitCode == 0, done.Error);
        Assert.Equal(187, JsonDocument.Parse(done.Output).RootElement.GetProperty("windows").GetInt32());
        using (AutoencoderModel model = AutoencoderModel.Load(PathOf("calibrated.onnx")))
        {
            Assert.EndsWith(" on healthy/flow, healthy/pressure", model.Metadata.Calibrated, StringComparison.Ordinal);
            Assert.Equal(["flow", "pressure"], model.Metadata.Axes.Names);
        }

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("train/flow + train/pressure holds about 100 % of what the model was trained on", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("refused.onnx")));
    }

    [Theory]
    [InlineData("single.csv", "single has the axes flow (3000 samples), expected those of train, of one length")]
    [InlineData("swapped.csv", "swapped has the axes pressure (3000 samples), level (3000 samples), expected those of train")]
    [InlineData("turned.csv", "turned has the axes pressure (3000 samples), flow (3000 samples), expected those of train")]
    public async Task Train_FaultyRecordingsOfOtherAxes_AreRefusedBeforeTraining(string faulty, string sentence)
    {
        ThrumProgram.Outcome outcome = await RunAsync("train", "train.csv", "-o", "pump.onnx", "--joint", "--rate", "1", "--window", "16", "--epochs", "3", "--checkpoint", "run.checkpoint", "--faulty", faulty);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(sentence, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("run.checkpoint")), "nothing was trained");
    }

    private async Task TrainAsync()
    {
        ThrumProgram.Outcome trained = await RunAsync(
            "train", "train.csv", "-o", "pump.onnx", "--joint", "--rate", "1", "--window", "16", "--epochs", "30", "--batch", "32", "--learning-rate", "0.01", "--model", "dense:32-8-2-8-32,tanh");
        Assert.True(trained.ExitCode == 0, trained.Error);
    }

    private async Task<JsonElement> EvaluateAsync(string faulty, params string[] more)
    {
        ThrumProgram.Outcome outcome = await RunAsync(["evaluate", "--model", "pump.onnx", "--healthy", "healthy.csv", "--faulty", faulty, "--rate", "1", "--json", .. more]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    private static double Area(JsonElement result) => result.GetProperty("scores").GetProperty("mse").GetProperty("figures").GetProperty("auroc").GetProperty("value").GetDouble();

    private Task<ThrumProgram.Outcome> RunAsync(params string[] arguments) => ThrumProgram.RunAsync(_folder.FullName, arguments);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>flow is a slow wave; pressure follows it, so many rows later; level is something else.</summary>
    private void Write(string name, int seed, string[] columns, double lag)
    {
        var random = new Random(seed);
        double phase = 100 * random.NextDouble();
        File.WriteAllLines(PathOf(name), Enumerable.Range(0, 3000).Select(row =>
        {
            var values = new Dictionary<string, double>
            {
                ["flow"] = Math.Sin((0.3 * row) + phase) + (0.05 * random.NextDouble()),
                ["pressure"] = (2 * Math.Sin((0.3 * (row - lag)) + phase)) + (0.05 * random.NextDouble()),
                ["level"] = row % 7,
            };
            return string.Join(',', columns.Select(column => values[column].ToString("R", CultureInfo.InvariantCulture)));
        }).Prepend(string.Join(',', columns)));
    }
}
