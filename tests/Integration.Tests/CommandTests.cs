using System.Text.Json;

namespace Thrum.Integration.Tests;

/// <summary>The documents that commands print with <c>--json</c>, on real recordings.</summary>
[Trait("Category", "Integration")]
public sealed class CommandTests
{
    [Fact]
    public async Task Train_HealthyHalf_IsCalibratedAndBeatsAConstant()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "trained-here.onnx");

        JsonElement report = (await ThrumProgram.RunHereAsync(
            "train", Cwru.Healthy.Path, "--rate", "48000", "--decimate", "4", "--axis", "DE", "--to", "0.5", "-o", path, "--json")).Succeeded().Json;

        Assert.True(report.GetProperty("validationLoss").GetDouble() < 0.8 * report.GetProperty("constantOutputLoss").GetDouble());
        JsonElement inspected = (await ThrumProgram.RunHereAsync("inspect", path, "--json")).Succeeded().Json;
        Assert.Equal(256, inspected.GetProperty("windowSamples").GetInt32());
        Assert.Equal(12000, inspected.GetProperty("sampleRateHz").GetDouble());
        Assert.Equal(report.GetProperty("windows").GetProperty("calibration").GetInt32(), inspected.GetProperty("calibrationWindows").GetInt32());
        await AssertSeparatesAsync(path);
    }

    [Fact]
    public async Task Evaluate_ShippedModel_SeparatesEveryFaultFromTheUnseenHalf() =>
        await AssertSeparatesAsync(Path.Combine(RepositoryPaths.Root, "models", "cwru.onnx"));

    private static async Task AssertSeparatesAsync(string model)
    {
        string[] faulty = [.. Cwru.All.Where(recording => recording.IsFaulty).Select(recording => recording.Path)];

        JsonElement report = (await ThrumProgram.RunHereAsync(
            ["evaluate", "--model", model, "--healthy", Cwru.Healthy.Path, "--healthy-rate", "48000", "--healthy-from", "0.5",
            "--faulty", .. faulty, "--rate", "12000", "--axis", "DE", "--json"])).Succeeded().Json;

        Assert.Equal(119, report.GetProperty("windows").GetProperty("healthy").GetInt32());
        Assert.Equal(1427, report.GetProperty("windows").GetProperty("faulty").GetInt32());
        JsonElement mse = report.GetProperty("scores").GetProperty("mse");
        Assert.Equal((1, 0, 1), (Math.Round(Figure("auroc"), 3), Figure("falseAlarmRate"), Figure("recall")));

        double Figure(string name) => mse.GetProperty("figures").GetProperty(name).GetProperty("value").GetDouble();
    }
}
