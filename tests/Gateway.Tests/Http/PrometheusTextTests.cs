using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Stages;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;

namespace Thrum.Gateway.Tests.Http;

public sealed partial class PrometheusTextTests
{
    private readonly StageCounters _decode = new("decode", "message", () => 7);
    private readonly StageCounters _score = new("score", "block");

    public PrometheusTextTests()
    {
        _decode.AddReceived(5);
        _decode.AddSent(3);
        _decode.AddDropped(DropReason.BadJson, 2);
        _decode.AddError();
    }

    [Theory]
    [InlineData("thrum_stage_received_total{stage=\"decode\",unit=\"message\"} 5")]
    [InlineData("thrum_stage_sent_total{stage=\"decode\",unit=\"message\"} 3")]
    [InlineData("thrum_stage_errors_total{stage=\"decode\",unit=\"message\"} 1")]
    [InlineData("thrum_stage_queue_length{stage=\"decode\",unit=\"message\"} 7")]
    [InlineData("thrum_stage_dropped_total{stage=\"decode\",unit=\"message\",reason=\"badJson\"} 2")]
    [InlineData("thrum_stage_received_total{stage=\"score\",unit=\"block\"} 0")]
    public void Write_Counters_AreSamples(string line) => Assert.Contains(line, Lines());

    [Fact]
    public void Write_EverySample_FollowsTheGrammarAndItsFamily()
    {
        string family = "";
        foreach (string line in Lines())
        {
            if (HelpOrType().Match(line) is { Success: true } header)
            {
                family = header.Groups[1].Value;
            }
            else
            {
                Match sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                Assert.Equal(family, sample.Groups[1].Value);
            }
        }
    }

    [Fact]
    public void Write_Families_StandOnce()
    {
        string[] types = [.. Lines().Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))];

        Assert.Equal(types.Distinct(), types);
        Assert.All(types.Where(type => type.EndsWith(" counter", StringComparison.Ordinal)), type => Assert.Contains("_total ", type, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_End_IsALineFeed() => Assert.EndsWith("\n", PrometheusText.Write(Status(_decode)), StringComparison.Ordinal);

    private static GatewayStatus Status(params StageCounters[] stages) =>
        new(stages, new WindowTally(TimeProvider.System, NullLogger<WindowTally>.Instance), []);

    private string[] Lines() => PrometheusText.Write(Status(_decode, _score)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^# (?:HELP|TYPE) (\w+) \S")]
    private static partial Regex HelpOrType();

    [GeneratedRegex("""^([a-z_]+)(?:\{[a-z]+="[A-Za-z]+"(?:,[a-z]+="[A-Za-z]+")*\})? [0-9]+(?:\.[0-9]+)?$""")]
    private static partial Regex Sample();
}
