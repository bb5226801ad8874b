using System.Net;
using System.Net.Sockets;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>The proxy does to connections what the tests behind it rely on.</summary>
public sealed class FaultyProxyTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _byte = new byte[1];
    private Socket? _served;

    public void Dispose()
    {
        _client.Dispose();
        _served?.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HalfClose_OneDirection_EndsItAndTheOtherGoesOn(bool isUp)
    {
        _server.Start();
        await using var proxy = new FaultyProxy(((IPEndPoint)_server.LocalEndpoint).Port);
        await _client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        Socket served = _served = await _server.AcceptSocketAsync().InTime();
        (Socket closed, Socket open) = isUp ? (served, _client) : (_client, served);

        // Both directions stand.
        await SendAsync(open, closed, 1);
        await SendAsync(closed, open, 2);
        await proxy.InflictAsync(isUp ? FaultyProxy.Fault.HalfCloseUp : FaultyProxy.Fault.HalfCloseDown);

        Assert.Equal(0, await closed.ReceiveAsync(_byte).InTime());
        await SendAsync(closed, open, 3);
        await SendAsync(closed, open, 4);
        // What is sent the closed way is taken, and goes nowhere.
        await open.SendAsync(new byte[] { 5 });
        await SendAsync(closed, open, 6);
    }

    private async Task SendAsync(Socket from, Socket to, byte value)
    {
        await from.SendAsync(new[] { value });
        Assert.Equal(1, await to.ReceiveAsync(_byte).InTime());
        Assert.Equal(value, _byte[0]);
    }
}
