using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>TLS, mutual TLS and WebSocket against a real mosquitto, with certificates made here.</summary>
[Trait("Category", "Integration")]
public sealed class TransportTests : IDisposable
{
    private const int Messages = 2000;

    private readonly TestAuthority _authority = new("the right one");
    private readonly TestAuthority _stranger = new("a stranger");

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData(MqttTransportKind.Tls, MqttProtocolChoice.V5, false)]
    [InlineData(MqttTransportKind.Tls, MqttProtocolChoice.V311, false)]
    [InlineData(MqttTransportKind.Tls, MqttProtocolChoice.V5, true)]
    [InlineData(MqttTransportKind.WebSocket, MqttProtocolChoice.V5, false)]
    [InlineData(MqttTransportKind.WebSocket, MqttProtocolChoice.V311, false)]
    [InlineData(MqttTransportKind.WebSocketTls, MqttProtocolChoice.V5, false)]
    [InlineData(MqttTransportKind.WebSocketTls, MqttProtocolChoice.V5, true)]
    public async Task RunAsync_EveryTransport_DeliversInOrder(MqttTransportKind transport, MqttProtocolChoice protocol, bool isMutual)
    {
        await using MosquittoServer server = await StartAsync(transport, isMutual);
        MqttSessionOptions options = Options(server, transport) with { Protocol = protocol };
        if (isMutual)
        {
            (string certificate, string key) = _authority.Issue("gateway");
            options = options with { Tls = options.Tls with { CertificateFile = certificate, KeyFile = key } };
        }

        await using RunningSession running = RunningSession.Start(options with { Subscriptions = [new("v/#", MqttQos.AtLeastOnce)] });
        await running.SubscribedAsync(options);
        await PublishAsync(options);
        await running.Handler.Until(handler => handler.Messages.Count >= Messages);
        Assert.Equal(Enumerable.Range(0, Messages), running.Handler.Messages.Select(message => BinaryPrimitives.ReadInt32LittleEndian(message.Payload)));
    }

    [Theory]
    [InlineData(MqttTransportKind.Tls)]
    [InlineData(MqttTransportKind.WebSocketTls)]
    public async Task RunAsync_BrokerOfAnotherAuthority_IsRefused(MqttTransportKind transport)
    {
        await using MosquittoServer server = await StartAsync(transport, isMutual: false);
        MqttSessionOptions options = Options(server, transport);
        await using RunningSession running = RunningSession.Start(options with { Tls = new MqttTls { CaFile = _stranger.CaFile } });
        await running.Handler.Until(handler => handler.Faults.Count > 0);
        Assert.Contains("UntrustedRoot", running.Session.LastFault, StringComparison.Ordinal);
        Assert.Equal(0, running.Session.Connections);
    }

    [Fact]
    public async Task RunAsync_CertificateForAnotherName_IsRefusedUnlessThatNameIsExpected()
    {
        await using MosquittoServer server = await StartAsync(MqttTransportKind.Tls, isMutual: false, "broker.test");
        MqttSessionOptions options = Options(server, MqttTransportKind.Tls);
        await using (RunningSession wrong = RunningSession.Start(options))
        {
            await wrong.Handler.Until(handler => handler.Faults.Count > 0);
            Assert.Contains("NameMismatch", wrong.Session.LastFault, StringComparison.Ordinal);
        }

        await using RunningSession right = RunningSession.Start(options with { Tls = options.Tls with { ServerName = "broker.test" } });
        await right.Handler.Until(handler => handler.Connects.Count == 1);
    }

    [Theory]
    [InlineData(MqttTlsVersion.Tls12, SslProtocols.Tls12, true)]
    [InlineData(MqttTlsVersion.Tls12, SslProtocols.Tls13, true)]
    [InlineData(MqttTlsVersion.Tls13, SslProtocols.Tls13, true)]
    [InlineData(MqttTlsVersion.Tls13, SslProtocols.Tls12, false)]
    public async Task ConnectAsync_TlsVersions_MeetOrNot(MqttTlsVersion minimum, SslProtocols offered, bool meet)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        (string certificate, string key) = _authority.Issue("broker");
        using X509Certificate2 own = X509Certificate2.CreateFromPemFile(certificate, key);
        Task<SslProtocols> accepted = AcceptAsync(listener, own, offered);
        var options = new MqttSessionOptions { Transport = MqttTransportKind.Tls, Tls = new MqttTls { CaFile = _authority.CaFile, MinimumVersion = minimum } };
        Task<Stream> connecting = new NetworkTransport(options).ConnectAsync(new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), CancellationToken.None).AsTask();
        if (meet)
        {
            await using Stream stream = await connecting.InTime();
            Assert.Equal(offered, await accepted.InTime());
        }
        else
        {
            await Assert.ThrowsAsync<AuthenticationException>(() => connecting.InTime());
            await Assert.ThrowsAnyAsync<Exception>(() => accepted.InTime());
        }
    }

    [Fact]
    public async Task RunAsync_NoClientCertificate_SaysThatOneIsWanted()
    {
        await using MosquittoServer server = await StartAsync(MqttTransportKind.Tls, isMutual: true);
        await using RunningSession running = RunningSession.Start(Options(server, MqttTransportKind.Tls));
        await running.Handler.Until(handler => handler.Faults.Count > 0);
        Assert.Contains("client certificate", running.Session.LastFault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CertificateFilesRenewed_AreUsedAtTheNextConnection()
    {
        await using MosquittoServer server = await StartAsync(MqttTransportKind.Tls, isMutual: true);
        (string certificate, string key) = _stranger.Issue("gateway");
        MqttSessionOptions options = Options(server, MqttTransportKind.Tls);
        options = options with { Tls = options.Tls with { CertificateFile = certificate, KeyFile = key } };
        await using RunningSession running = RunningSession.Start(options);
        await running.Handler.Until(handler => handler.Faults.Count > 0);

        (string renewed, string renewedKey) = _authority.Issue("gateway");
        File.Copy(renewedKey, key, overwrite: true);
        File.Copy(renewed, certificate, overwrite: true);
        await running.Handler.Until(handler => handler.Connects.Count == 1);
    }

    [Fact]
    public void Faults_CertificateThatCannotBeRead_NamesTheFile()
    {
        string file = Path.Combine(Path.GetTempPath(), "no-such-thrum.pem");
        var options = new MqttSessionOptions { Transport = MqttTransportKind.Tls, Tls = new MqttTls { CaFile = file } };
        Assert.Contains(file, Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    private static async Task<SslProtocols> AcceptAsync(TcpListener listener, X509Certificate2 own, SslProtocols offered)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        await using var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsServerAsync(own, clientCertificateRequired: false, offered, checkCertificateRevocation: false);
        return secure.SslProtocol;
    }

    private Task<MosquittoServer> StartAsync(MqttTransportKind transport, bool isMutual, string? name = null)
    {
        List<string> settings = ["listener {port} 127.0.0.1"];
        if (transport is MqttTransportKind.WebSocket or MqttTransportKind.WebSocketTls)
        {
            // mosquitto 2.0.11 does not start with WebSocket listeners alone.
            settings.Insert(0, "listener 0 {folder}/plain");
            settings.Add("protocol websockets");
        }

        if (transport is MqttTransportKind.Tls or MqttTransportKind.WebSocketTls)
        {
            (string certificate, string key) = _authority.Issue("broker", name);
            settings.AddRange([$"certfile {certificate}", $"keyfile {key}", $"cafile {_authority.CaFile}"]);
        }

        if (isMutual)
        {
            settings.Add("require_certificate true");
        }

        return MosquittoServer.StartAsync(null, null, [.. settings]);
    }

    private MqttSessionOptions Options(MosquittoServer server, MqttTransportKind transport) => new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        Transport = transport,
        Tls = transport is MqttTransportKind.Tls or MqttTransportKind.WebSocketTls ? new MqttTls { CaFile = _authority.CaFile } : new MqttTls(),
        ReconnectDelay = TimeSpan.FromMilliseconds(50),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
    };

    private static async Task PublishAsync(MqttSessionOptions options)
    {
        await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(options, TimeProvider.System, CancellationToken.None);
        byte[] payload = new byte[1024];
        for (int i = 0; i < Messages; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(payload, i);
            await publisher.PublishAsync("v/a", payload, MqttQos.AtLeastOnce);
        }

        await publisher.DrainAsync().AsTask().InTime();
    }
}
