using System.Net.Sockets;

namespace Thrum.Ingest.Mqtt;

/// <summary>Opens the byte stream to a broker: the place where TLS goes.</summary>
internal interface IMqttTransport
{
    ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken ct);
}

/// <summary>Plain TCP.</summary>
internal sealed class TcpTransport : IMqttTransport
{
    // The kernel caps this at net.core.rmem_max. Large, so that hundreds of messages wait for one wake-up.
    private const int SocketBufferBytes = 4 << 20;

    public static TcpTransport Instance { get; } = new();

    public async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = SocketBufferBytes };
        try
        {
            await socket.ConnectAsync(host, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
