using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

public sealed class InspectCommandTests : IDisposable
{
    private static readonly string[] BearingFaults = ["outer-race", "inner-race", "ball", "cage"];
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("12k_Drive_End_IR007_0_105.mat", "inner-race", 161.7)]
    [InlineData("12k_Drive_End_OR007@6_0_130.mat", "outer-race", 107.6)]
    public async Task Inspect_RaceFault_NamesItFirst(string file, string fault, double frequencyHz)
    {
        JsonElement report = await ReportAsync(file, "--rate", "12000");

        JsonElement first = report.GetProperty("findings")[0];
        Assert.Equal(fault, first.GetProperty("fault").GetString());
        Assert.True(first.GetProperty("confidence").GetDouble() > 0.5);
        Assert.Equal(frequencyHz, first.GetProperty("evidence")[0].GetProperty("frequencyHz").GetDouble(), 0.2);
        Assert.Equal("A", report.GetProperty("zone").GetString());
        Assert.InRange(report.GetProperty("velocityRmsMmS").GetDouble(), 0.1, 0.5);
        Assert.InRange(report.GetProperty("features").GetProperty("kurtosis").GetDouble(), 5, 8);
        Assert.Equal(10, report.GetProperty("lines").GetArrayLength());
    }

    [Theory]
    [InlineData("48000")]
    [InlineData("12000")]
    public async Task Inspect_Healthy_HasNoBearingFinding(string rate)
    {
        JsonElement report = await ReportAsync("normal_0_97.mat", "--rate", rate);

        Assert.DoesNotContain(report.GetProperty("findings").EnumerateArray(), finding => BearingFaults.Contains(finding.GetProperty("fault").GetString()));
    }

    [Fact]
    public async Task Inspect_HealthyAtItsRealRate_IsNone() =>
        Assert.Equal("none", (await ReportAsync("normal_0_97.mat", "--rate", "48000")).GetProperty("findings")[0].GetProperty("fault").GetString());

    [Fact]
    public async Task Inspect_BallFault_IsUndeterminedOrBall() => Assert.Contains(
        (await ReportAsync("12k_Drive_End_B007_0_118.mat", "--rate", "12000")).GetProperty("findings")[0].GetProperty("fault").GetString(), new[] { "undetermined", "ball" });

    [Fact]
    public async Task Inspect_Html_IsOnePageThatNeedsNothingElse()
    {
        WriteSine();

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(
            _folder.Path, "inspect", "sine.csv", "--rate", "4000", "--rpm", "1500", "--unit", "mm/s", "--bearing", "9,7.94,39.04", "--html", "out.html");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Unbalance", outcome.Output, StringComparison.Ordinal);
        string html = await File.ReadAllTextAsync(_folder.File("out.html"), TestContext.Current.CancellationToken);
        Assert.DoesNotMatch(new Regex("(src|href)=|https?://|@import|url\\(|\\{\\{"), html);
        Assert.Equal(5, Regex.Count(html, "<canvas "));
        Assert.Contains("Unbalance", html, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"BPFO\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_UnitInMillimetresPerSecond_GivesVelocityAndZone()
    {
        WriteSine();

        JsonElement report = await JsonAsync("inspect", "sine.csv", "--rate", "4000", "--rpm", "1500", "--unit", "mm/s", "--json");

        Assert.Equal(4 / Math.Sqrt(2), report.GetProperty("velocityRmsMmS").GetDouble(), 0.004);
        Assert.Equal("C", report.GetProperty("zone").GetString());
        Assert.Equal("1×", report.GetProperty("lines")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Inspect_NoUnitAndNoSpeed_LeavesOutWhatIsNotKnown()
    {
        WriteSine();

        JsonElement report = await JsonAsync("inspect", "sine.csv", "--rate", "4000", "--json");

        Assert.Equal(JsonValueKind.Null, report.GetProperty("velocityRmsMmS").ValueKind);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("zone").ValueKind);
        Assert.Equal("undetermined", report.GetProperty("findings")[0].GetProperty("fault").GetString());
    }

    [Fact]
    public async Task Inspect_Model_ShowsIt()
    {
        TinyModel.Write(_folder.File("model.onnx"));

        JsonElement model = await JsonAsync("inspect", "model.onnx", "--json");

        Assert.True(model.GetProperty("windowSamples").GetInt32() > 0);
    }

    [Theory]
    [InlineData("--bearing", "6206")]
    [InlineData("--bearing", "9,7.94,1")]
    [InlineData("--unit", "furlong")]
    [InlineData("--rpm", "-1")]
    [InlineData("--teeth", "-3")]
    [InlineData("--mains", "0")]
    public async Task Inspect_WrongOption_SaysWhich(string option, string value)
    {
        WriteSine();

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "inspect", "sine.csv", "--rate", "4000", option, value);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith($"thrum: {option} is", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Two seconds at 4 kHz of 4 mm/s peak at 25 Hz.</summary>
    private void WriteSine() => File.WriteAllLines(_folder.File("sine.csv"), Enumerable.Range(0, 8000).Select(i =>
        ((4 * Math.Sin(2 * Math.PI * 25 * i / 4000)) + (0.01 * Math.Sin(i * (double)i))).ToString("R", CultureInfo.InvariantCulture)).Prepend("v"));

    private Task<JsonElement> ReportAsync(string file, params string[] options) => JsonAsync(
        ["inspect", Require.SharedData("cwru", file), "--variable", "DE_time", "--rpm", "1797", "--bearing", "6205", "--json", .. options]);

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, arguments);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        return document.RootElement.Clone();
    }
}
