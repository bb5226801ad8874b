using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

public sealed class TlsCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private DateTime _written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private HttpTlsOptions Options => new() { CertificateFile = Path.Combine(_folder.FullName, "cert.pem"), KeyFile = Path.Combine(_folder.FullName, "key.pem") };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Get_WhileTheFilesChange_ShowsTheNewestGoodCertificate()
    {
        string first = Write();
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false, Options);
        Assert.Equal("https", gateway.Server.Address!.Scheme);

        string shown = await ShownAsync(gateway);
        Assert.Equal(first, shown);
        Replace(Options.CertificateFile, "half of a certifi");
        shown = await ShownAsync(gateway);
        Assert.Equal(first, shown);
        string second = Write();
        shown = await ShownAsync(gateway);
        Assert.Equal(second, shown);
        Assert.NotEqual(first, second);
        Assert.Single(gateway.Log.Texts(EventIds.CertificateNotRead));
        Assert.Single(gateway.Log.Texts(EventIds.CertificateRead));
    }

    [Fact]
    public void Create_WithoutFiles_SaysWhichSetting()
    {
        ConfigurationException fault = Assert.Throws<ConfigurationException>(() => new TlsCertificate(Options, NullLogger<TlsCertificate>.Instance));

        Assert.StartsWith($"Http:Tls:CertificateFile is '{Options.CertificateFile}'", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    private static async Task<string> ShownAsync(TestGateway gateway)
    {
        string? shown = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown = certificate!.GetCertHashString();
            return certificate.Subject == "CN=gateway.example";
        };
        using var client = new HttpClient(handler) { BaseAddress = gateway.Server.Address };
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
        return shown!;
    }

    private string Write()
    {
        (string certificate, string key, string hash) = SelfSigned.Create();
        Replace(Options.CertificateFile, certificate);
        Replace(Options.KeyFile, key);
        return hash;
    }

    /// <summary>Each writing a minute after the one before: the resolution of a file's time does not matter.</summary>
    private void Replace(string path, string content)
    {
        _written = _written.AddMinutes(1);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, _written);
    }
}
