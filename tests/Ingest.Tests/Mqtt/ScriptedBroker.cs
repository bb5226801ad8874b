using System.IO.Pipelines;
using System.Threading.Channels;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>A transport whose other end is played by the test, without sockets.</summary>
internal sealed class ScriptedBroker : IMqttTransport
{
    private readonly Channel<ScriptedPeer> _peers = Channel.CreateBounded<ScriptedPeer>(100);

    /// <summary>Every server that was asked, in order.</summary>
    public List<MqttServer> Asked { get; } = [];

    /// <summary>Servers that do not answer.</summary>
    public Func<MqttServer, bool> IsDown { get; set; } = _ => false;

    public async ValueTask<Stream> ConnectAsync(MqttServer server, CancellationToken ct)
    {
        Asked.Add(server);
        if (IsDown(server))
        {
            throw new IOException($"{server.Host} is down");
        }

        var up = new Pipe();
        var down = new Pipe();
        await _peers.Writer.WriteAsync(new ScriptedPeer(new DuplexStream(up.Reader.AsStream(), down.Writer.AsStream())), ct);
        return new DuplexStream(down.Reader.AsStream(), up.Writer.AsStream());
    }

    /// <summary>The next connection, its CONNECT not yet read.</summary>
    public Task<ScriptedPeer> AcceptAsync() => _peers.Reader.ReadAsync().AsTask().InTime();

    /// <summary>The next connection with CONNECT read and answered, and its SUBSCRIBE too unless a session is present.</summary>
    public async Task<ScriptedPeer> AcceptSessionAsync(bool sessionPresent = false, byte subAck = 2)
    {
        ScriptedPeer peer = await AcceptAsync();
        await peer.GreetAsync(sessionPresent, subAck);
        return peer;
    }
}

/// <summary>The broker's end of one connection.</summary>
internal sealed class ScriptedPeer(Stream stream) : IDisposable
{
    private readonly FrameSource _frames = new(PipeReader.Create(stream), 1 << 20);

    public MqttProtocol Protocol { get; private set; }

    /// <summary>Answers CONNECT, and SUBSCRIBE too unless a session is present.</summary>
    public async Task GreetAsync(bool sessionPresent = false, byte subAck = 2)
    {
        await ReadConnectAsync();
        await WriteAsync(buffer => new ConnAckPacket { SessionPresent = sessionPresent }.Write(buffer, Protocol));
        if (!sessionPresent)
        {
            (PacketType type, byte[] body) = await ReadAsync();
            Assert.Equal(PacketType.Subscribe, type);
            (ushort id, _) = SubscribePacket.Parse(body, Protocol);
            await WriteAsync(buffer => SubAckPacket.Write(buffer, Protocol, PacketType.SubAck, id, [subAck]));
        }
    }

    public async Task<ConnectPacket> ReadConnectAsync()
    {
        (PacketType type, byte[] body) = await ReadAsync();
        Assert.Equal(PacketType.Connect, type);
        var connect = ConnectPacket.Parse(body);
        Protocol = connect.Protocol;
        return connect;
    }

    public async Task<(PacketType Type, byte[] Body)> ReadAsync()
    {
        (PacketType, byte[]) packet;
        while (!TryRead(out packet))
        {
            Assert.True(await _frames.FillAsync(CancellationToken.None).AsTask().InTime(), "the client closed the connection");
        }

        return packet;
    }

    /// <summary>The first byte of the next packet: its type and flags.</summary>
    public async Task<byte> ReadFirstByteAsync()
    {
        byte first;
        while (!TryReadFirst(out first))
        {
            Assert.True(await _frames.FillAsync(CancellationToken.None).AsTask().InTime(), "the client closed the connection");
        }

        return first;
    }

    /// <summary>Reads until the client closes; fails on a packet.</summary>
    public async Task ExpectCloseAsync()
    {
        while (await _frames.FillAsync(CancellationToken.None).AsTask().InTime())
        {
            Assert.False(TryRead(out (PacketType Type, byte[]) packet) && packet.Type != PacketType.Disconnect, $"unexpected {packet.Type}");
        }
    }

    public async Task WriteAsync(Action<PacketBuffer> write)
    {
        var buffer = new PacketBuffer();
        write(buffer);
        await stream.WriteAsync(buffer.WrittenMemory);
    }

    public Task PublishAsync(string topic, byte[] payload, MqttQos qos = MqttQos.AtMostOnce, ushort id = 0, PublishFlags flags = 0, byte[]? properties = null) =>
        WriteAsync(buffer => PublishPacket.Write(
            buffer, Protocol, System.Text.Encoding.UTF8.GetBytes(topic), payload, qos, id, flags, properties));

    public void Dispose()
    {
        stream.Dispose();
        _frames.Dispose();
    }

    private bool TryReadFirst(out byte first)
    {
        bool isRead = _frames.TryRead(out Frame frame);
        first = isRead ? (byte)(((int)frame.Type << 4) | frame.Flags) : (byte)0;
        return isRead;
    }

    private bool TryRead(out (PacketType Type, byte[] Body) packet)
    {
        bool isRead = _frames.TryRead(out Frame frame);
        packet = isRead ? (frame.Type, frame.Body.ToArray()) : default;
        return isRead;
    }
}

/// <summary>Two one-way streams as one.</summary>
internal sealed class DuplexStream(Stream input, Stream output) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        input.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await output.WriteAsync(buffer, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        output.Dispose();
        input.Dispose();
        base.Dispose(disposing);
    }
}
