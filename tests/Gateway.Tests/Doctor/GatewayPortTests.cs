using System.Net;
using System.Net.Sockets;
using System.Text;
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
        Assert.EndsWith("; what it was started with by --set is considered here only where doctor is given it too", findings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_OfAServerWithAnotherCertificate_IsNotOurs()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false, SelfSigned.WriteTo(_folder.Path));
        using var other = new ConfigurationFolder();

        (IReadOnlyList<Finding> findings, _) = await LookAsync(gateway, SelfSigned.WriteTo(other.Path), "thrum_secret");

        Assert.Contains("is taken by another program", Assert.Single(findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_OfAnotherProgram_IsShownNoToken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> asked = AskedAsync(listener);

        (IReadOnlyList<Finding> findings, _) = await MachineChecks.PortAsync(
            new HttpOptions { Port = ((IPEndPoint)listener.LocalEndpoint).Port }, "thrum_secret", TimeProvider.System, CancellationToken.None);

        Assert.Contains("is taken by another program", Assert.Single(findings).Text, StringComparison.Ordinal);
        string request = await asked;
        Assert.StartsWith("GET /healthz ", request, StringComparison.Ordinal);
        Assert.DoesNotContain("thrum_secret", request, StringComparison.Ordinal);
    }

    /// <summary>Takes one request and answers as something else.</summary>
    private static async Task<string> AskedAsync(TcpListener listener)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        var request = new StringBuilder();
        using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            request.AppendLine(line);
        }

        await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
        return request.ToString();
    }

    private static Task<(IReadOnlyList<Finding> Findings, string? Metrics)> LookAsync(TestGateway gateway, HttpTlsOptions tls, string? token) => MachineChecks.PortAsync(
        new HttpOptions { Port = gateway.Server.Address!.Port, Tls = tls }, token, TimeProvider.System, CancellationToken.None);
}
