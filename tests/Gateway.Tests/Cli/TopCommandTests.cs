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

    [Fact]
    public void Client_NoAddress_IsAUsageFault() => Assert.Throws<UsageException>(() => new GatewayClient("here", null));
}
