using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Gateway.Doctor;
using Thrum.Ingest.Mqtt;

namespace Thrum.Gateway.Tests.Doctor;

public sealed class BrokerCertificateTests
{
    [Fact]
    public async Task RunAsync_SeveralBrokers_JudgesTheCertificateOfEach()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await using var first = new TlsServer(now.AddDays(-1), now.AddDays(100));
        await using var second = new TlsServer(now.AddDays(-100), now.AddDays(-1));
        var options = new MqttSessionOptions
        {
            Host = "127.0.0.1",
            Port = first.Port,
            Fallbacks = [new MqttServer("127.0.0.1", second.Port)],
            Transport = MqttTransportKind.Tls,
            ClientId = "gateway",
        };

        IReadOnlyList<Finding> findings = await new BrokerCheck(options, TimeProvider.System, NullLoggerFactory.Instance).RunAsync(TestContext.Current.CancellationToken);

        Finding[] certificates = [.. findings.Where(finding => finding.Check.StartsWith("certificate of ", StringComparison.Ordinal))];
        Assert.Equal([$"certificate of 127.0.0.1:{first.Port}", $"certificate of 127.0.0.1:{second.Port}"], certificates.Select(finding => finding.Check));
        Assert.Contains("it is not trusted", certificates[0].Text, StringComparison.Ordinal);
        Assert.Contains("it has expired", certificates[1].Text, StringComparison.Ordinal);
    }

    /// <summary>Shows a certificate that vouches for itself to whoever connects.</summary>
    private sealed class TlsServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate;
        private readonly Task _serving;

        public TlsServer(DateTimeOffset from, DateTimeOffset to)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using X509Certificate2 made = new CertificateRequest("CN=broker.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, to);
            _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            _listener.Dispose();
            _certificate.Dispose();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using TcpClient client = await _listener.AcceptTcpClientAsync();
                    await using var stream = new SslStream(client.GetStream());
                    await ShowAsync(stream);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task ShowAsync(SslStream stream)
        {
            try
            {
                await stream.AuthenticateAsServerAsync(_certificate);
                await stream.CopyToAsync(Stream.Null);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // Nobody trusts it.
            }
        }
    }
}
