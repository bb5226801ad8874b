using System.Net;
using System.Net.Sockets;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class GatheringStreamTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private Socket _broker = null!;
    private GatheringStream _stream = null!;
    private int _gatherBytes;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4 << 20 };
        await socket.ConnectAsync(_listener.LocalEndpoint);
        _broker = await _listener.AcceptSocketAsync();

        // Twice as many are sent in one go: where the system grants a small buffer, they must fit into it with what the kernel keeps beside them.
        _gatherBytes = Math.Min(GatheringStream.AcknowledgedBytes, socket.ReceiveBufferSize / 8 / 1024 * 1024);
        _stream = new GatheringStream(socket, _gatherBytes, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _broker.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task ReadAsync_FewerBytesThanAreGathered_AreReadAllTheSame()
    {
        Send(10);
        Assert.Equal(10, await ReadAsync());
        Assert.Equal((0, 1), (_stream.FullWaits, _stream.VainWaits));
    }

    [Fact]
    public async Task ReadAsync_BytesAfterAReadThatFoundNone_WakeIt()
    {
        ValueTask<int> read = _stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken);
        Send(1);
        Assert.Equal(1, await read.AsTask().InTime());
    }

    [Fact]
    public async Task ReadAsync_ManyMessages_AreTakenInFewReadsAndInOrder()
    {
        int total = 2 * _gatherBytes;
        var random = new Random(5);
        byte[] sent = new byte[total];
        random.NextBytes(sent);
        for (int at = 0; at < total; at += 1024)
        {
            _broker.Send(sent, at, 1024, SocketFlags.None);
        }

        await ArrivedAsync(total);
        byte[] received = new byte[total];
        int have = 0;
        while (have < total)
        {
            have += await _stream.ReadAsync(received.AsMemory(have, Math.Min(_gatherBytes, total - have)), TestContext.Current.CancellationToken).AsTask().InTime();
        }

        Assert.Equal(sent, received);
        Assert.Equal((2, 0), (_stream.FullWaits, _stream.VainWaits));
    }

    [Fact]
    public async Task ReadAsync_WaitsInVain_RestTwiceAsLongEachTime()
    {
        // After each vain wait none before 8, 16, 32 ms have passed.
        Assert.Equal(1, await WaitsAfterAsync(0));
        Assert.Equal(1, await WaitsAfterAsync(7));
        Assert.Equal(2, await WaitsAfterAsync(1));
        Assert.Equal(2, await WaitsAfterAsync(15));
        Assert.Equal(3, await WaitsAfterAsync(1));
        Assert.Equal(3, await WaitsAfterAsync(31));
        Assert.Equal(4, await WaitsAfterAsync(1));
        for (int i = 0; i < 10; i++)
        {
            await WaitsAfterAsync(1000);
        }

        // No rest is longer than a second.
        Assert.Equal(14, _stream.VainWaits);
    }

    [Fact]
    public async Task ReadAsync_AfterAWaitThatWasWorthIt_RestsAreShortAgain()
    {
        await WaitsAfterAsync(0);
        await WaitsAfterAsync(8);
        Assert.Equal(2, await WaitsAfterAsync(0));
        _time.Advance(TimeSpan.FromMilliseconds(16));
        Send(_gatherBytes);
        await ArrivedAsync(_gatherBytes);
        Assert.Equal(_gatherBytes, await ReadAsync());
        Assert.Equal(1, _stream.FullWaits);
        Assert.Equal(3, await WaitsAfterAsync(0));
        Assert.Equal(4, await WaitsAfterAsync(8));
    }

    [Fact]
    public async Task ReadAsync_BrokerCloses_EndsTheGathering()
    {
        _broker.Shutdown(SocketShutdown.Both);
        Assert.True(_stream.Socket.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        Assert.Equal(0, await ReadAsync());
        Assert.Equal((1, 0), (_stream.FullWaits, _stream.VainWaits));
    }

    [Fact]
    public async Task ReadAsync_SystemThatRefusesToGather_ReadsWithoutItAndAsksOnce()
    {
        int asked = 0;
        await using var stream = new GatheringStream(_stream.Socket, _gatherBytes, _time, (_, _) =>
        {
            asked++;
            throw new SocketException((int)SocketError.ProtocolOption);
        });
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Send(10);
            Assert.Equal(10, await stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken).AsTask().InTime());
        }

        Assert.Equal((OperatingSystem.IsLinux() ? 1 : 0, 0, 0), (asked, stream.FullWaits, stream.VainWaits));
    }

    /// <summary>Lets a message of one byte come after so many milliseconds; the waits in vain so far.</summary>
    private async Task<int> WaitsAfterAsync(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Send(1);
        Assert.Equal(1, await ReadAsync());
        return _stream.VainWaits;
    }

    /// <summary>What was sent may still be under way.</summary>
    private Task ArrivedAsync(int bytes) => Patience.UntilAsync(() => _stream.Socket.Available >= bytes);

    private void Send(int bytes) => Assert.Equal(bytes, _broker.Send(new byte[bytes]));

    private Task<int> ReadAsync() => _stream.ReadAsync(new byte[_gatherBytes], TestContext.Current.CancellationToken).AsTask().InTime();
}
