using Thrum.Gateway.Configuration;
using Thrum.Gateway.Doctor;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Doctor;

public sealed class GatewayPortTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Port_OfAGatewayWithTokens_IsKnownAsOursAndNeedsATokenForItsCounters()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: true);

        (IReadOnlyList<Finding> without, string? none) = await LookAsync(gateway, new HttpTlsOptions(), null);
        (IReadOnlyList<Finding> with, string? metrics) = await LookAsync(gateway, new HttpTlsOptions(), gateway.Token(AccessRole.Viewer));

        Assert.Equal(["gateway", "counters"], without.Select(finding => finding.Check));
        Assert.Contains("answers 401", without[1].Text, StringComparison.Ordinal);
        Assert.Contains("THRUM_TOKEN", without[1].Advice, StringComparison.Ordinal);
        Assert.Null(none);
        Assert.Equal(["gateway", "disk writes"], with.Select(finding => finding.Check));
        Assert.Contains("thrum_", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_OfAGatewayWithACertificate_IsKnownAsOurs()
    {
        HttpTlsOptions tls = SelfSigned.WriteTo(_folder.Path);
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false, tls);

        (IReadOnlyList<Finding> findings, _) = await LookAsync(gateway, tls, null);

        Assert.Contains("runs at https://", findings[0].Text, StringComparison.Ordinal);
    }

    private static Task<(IReadOnlyList<Finding> Findings, string? Metrics)> LookAsync(TestGateway gateway, HttpTlsOptions tls, string? token) => MachineChecks.PortAsync(
        new HttpOptions { Port = gateway.Server.Address!.Port, Tls = tls }, token, TimeProvider.System, CancellationToken.None);
}
