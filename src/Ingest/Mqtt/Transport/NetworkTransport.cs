using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Thrum.Ingest.Mqtt.Transport;

/// <summary>TCP, TLS, WebSocket and WebSocket over TLS.</summary>
/// <param name="options">Where and how.</param>
/// <param name="gathering">The clock of a receiver of many messages, see <see cref="GatheringStream"/>; null for one that only hears answers.</param>
internal sealed class NetworkTransport(MqttSessionOptions options, TimeProvider? gathering = null) : IMqttTransport
{
    // The kernel caps this at net.core.rmem_max. Large, so that hundreds of messages wait for one wake-up.
    private const int SocketBufferBytes = 4 << 20;

    private int GatherBytes =>
        options.Subscriptions.Any(subscription => subscription.Qos > MqttQos.AtMostOnce) ? GatheringStream.AcknowledgedBytes : GatheringStream.UnacknowledgedBytes;

    public async ValueTask<Stream> ConnectAsync(MqttServer server, CancellationToken ct) => options.Transport switch
    {
        MqttTransportKind.Tcp => await DialAsync(server.Host, server.Port, ct),
        MqttTransportKind.Tls => await SecureAsync(server, ct),
        _ => await UpgradeAsync(server, ct),
    };

    private async Task<NetworkStream> DialAsync(string host, int port, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = SocketBufferBytes };
        try
        {
            await socket.ConnectAsync(host, port, ct);
            return gathering is null ? new NetworkStream(socket, ownsSocket: true) : new GatheringStream(socket, GatherBytes, gathering);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<SslStream> SecureAsync(MqttServer server, CancellationToken ct)
    {
        SslClientAuthenticationOptions settings = TlsSettings.Read(options.Tls, server.Host);
        var secure = new SslStream(await DialAsync(server.Host, server.Port, ct));
        try
        {
            await secure.AuthenticateAsClientAsync(settings, ct);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private async Task<WebSocketByteStream> UpgradeAsync(MqttServer server, CancellationToken ct)
    {
        bool isSecure = options.Transport == MqttTransportKind.WebSocketTls;
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) => await DialAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel),
            UseProxy = false,
            AllowAutoRedirect = false,
        };
        if (isSecure)
        {
            handler.SslOptions = TlsSettings.Read(options.Tls, server.Host);
        }

        using var invoker = new HttpMessageInvoker(handler);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        // MQTT's own pings keep the connection alive.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        try
        {
            var address = new UriBuilder(isSecure ? "wss" : "ws", server.Host, server.Port) { Path = options.WebSocketPath };
            await socket.ConnectAsync(address.Uri, invoker, ct);
            return new WebSocketByteStream(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
