using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>The terminal's view of a gateway, over its API.</summary>
public sealed class TopCommandTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_Gateway_TellsAxesAndAlarms(bool withTokens)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens);
        using var client = new GatewayClient(gateway.Server.Address!.ToString(), withTokens ? gateway.Token(AccessRole.Viewer) : null);

        FleetSnapshot snapshot = await client.ReadAsync(CancellationToken.None);

        Assert.Equal("pump", Assert.Single(snapshot.Sensors).Machine);
        Assert.Equal("activeUnacknowledged", Assert.Single(snapshot.Alarms).To);
        Assert.False(snapshot.Gateway.Ready);
        using var written = new StringWriter();
        TopView.Write(written, snapshot);
        string text = written.ToString();
        Assert.Contains("1 in alarm", text, StringComparison.Ordinal);
        Assert.Contains("pump/s/x", text, StringComparison.Ordinal);
        Assert.Contains("connecting", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quality-flat-line", AlarmSeverity.Warning, "badData ", "1 not watched", "unwatched")]
    [InlineData("quality-silence", AlarmSeverity.Warning, "silent ", "1 not watched", "unwatched")]
    [InlineData("baseline-kurtosis", AlarmSeverity.Warning, "warning ", "1 with a warning", "warning")]
    [InlineData("score", AlarmSeverity.Alarm, "alarm ", "2 in alarm", "alarm")]
    public async Task Read_AlarmOfAnyKind_IsNotShownAsNormal(string rule, AlarmSeverity severity, string row, string headline, string attention)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        using (ScoreBatch batch = gateway.Scores.Of(1, 1_500_000_000, "fan"))
        {
            batch.Append(Scores.Change(new AxisId("fan", "s", "x"), rule, severity, AlarmState.Normal, AlarmState.ActiveUnacknowledged));
            await gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        using var client = new GatewayClient(gateway.Server.Address!.ToString(), null);
        FleetSnapshot snapshot = await client.ReadAsync(CancellationToken.None);
        using var written = new StringWriter();
        TopView.Write(written, snapshot);
        using JsonDocument sensors = JsonDocument.Parse(await gateway.Client.GetStringAsync("/api/v1/sensors?machine=fan"));

        string[] lines = written.ToString().Split('\n');
        Assert.StartsWith(row, Assert.Single(lines, line => line.Contains(" fan/s/x ", StringComparison.Ordinal) && !line.Contains("since", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(headline, lines[0], StringComparison.Ordinal);
        Assert.Equal(
            (attention, severity.ToWireName(), rule),
            (sensors.RootElement[0].GetProperty("attention").GetString(), sensors.RootElement[0].GetProperty("severity").GetString(), sensors.RootElement[0].GetProperty("rule").GetString()));
    }

    [Fact]
    public async Task Read_AlarmOfAMachine_IsInTheHeadline()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        using (ScoreBatch batch = gateway.Scores.Only(Scores.Change(AxisId.AllOf("fan"), "together", AlarmSeverity.Alarm, AlarmState.Normal, AlarmState.ActiveUnacknowledged)))
        {
            await gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        using var client = new GatewayClient(gateway.Server.Address!.ToString(), null);
        using var written = new StringWriter();
        TopView.Write(written, await client.ReadAsync(CancellationToken.None));

        Assert.Contains("2 machines, 1 axes, 2 in alarm", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WithoutItsToken_SaysWhereOneIsExpected()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: true);
        using var client = new GatewayClient(gateway.Server.Address!.ToString(), null);

        IOException fault = await Assert.ThrowsAsync<IOException>(() => client.ReadAsync(CancellationToken.None));

        Assert.Contains("401, expected a token of its Http:Tokens in THRUM_TOKEN or --token-file", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NobodyThere_IsOneSentence()
    {
        using var client = new GatewayClient("http://127.0.0.1:1", null);

        IOException fault = await Assert.ThrowsAsync<IOException>(() => client.ReadAsync(CancellationToken.None));

        Assert.StartsWith("No gateway answers at http://127.0.0.1:1/: ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://plant.example:8420", "thrum_x", false)]
    [InlineData("http://plant.example:8420", null, true)]
    [InlineData("https://plant.example:8420", "thrum_x", true)]
    [InlineData("http://localhost:8420", "thrum_x", true)]
    [InlineData("http://[::1]:8420", "thrum_x", true)]
    public void Client_TokenInClearOverANetwork_IsAUsageFault(string url, string? token, bool good)
    {
        if (good)
        {
            new GatewayClient(url, token).Dispose();
        }
        else
        {
            Assert.Contains("in clear", Assert.Throws<UsageException>(() => new GatewayClient(url, token)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Client_NoAddress_IsAUsageFault() => Assert.Throws<UsageException>(() => new GatewayClient("here", null));
}
