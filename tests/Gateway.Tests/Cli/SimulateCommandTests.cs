using System.Text.Json;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>What is simulated on the command line is what the diagnosis finds there.</summary>
public sealed class SimulateCommandTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ball", "ball")]
    [InlineData("Misalignment", "misalignment")]
    [InlineData("unbalance", "unbalance")]
    public async Task Simulate_Fault_IsWhatInspectFinds(string fault, string expected)
    {
        ThrumProgram.Outcome made = await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "a.wav", "--duration", "5s", "--fault", fault);
        ThrumProgram.Outcome seen = await ThrumProgram.RunAsync(_folder.Path, "inspect", "a.wav", "--rpm", "1797", "--bearing", "6205-2RS", "--unit", "g", "--json");

        Assert.Equal((0, 0), (made.ExitCode, seen.ExitCode));
        using JsonDocument report = JsonDocument.Parse(seen.Output);
        Assert.Equal(expected, report.RootElement.GetProperty("findings")[0].GetProperty("fault").GetString());
    }

    [Theory]
    [InlineData("--fault is 'rust', expected one of none, outer-race", "--fault", "rust")]
    [InlineData("ResonanceHz is 3000 and must be below half of SampleRateHz, 2000", "--rate", "4000")]
    [InlineData("--run-up is given without --start-rpm", "--run-up", "5s")]
    [InlineData("--bearing is 'x'", "--bearing", "x")]
    [InlineData("--duration gives", "--duration", "100h")]
    public async Task Simulate_WrongOption_IsOneClearSentence(string expected, params string[] options)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, ["simulate", "pump-1", "-o", "a.wav", .. options]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }
}
