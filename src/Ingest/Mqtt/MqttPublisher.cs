using System.Text;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Mqtt;

/// <summary>An MQTT 5 user property in UTF-8, so that a stamp can be formatted into a buffer of the caller.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public readonly record struct MqttUserProperty(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value)
{
    /// <summary>A property from text.</summary>
    public MqttUserProperty(string name, string value)
        : this(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value))
    {
    }
}

/// <summary>
/// Publishes over one connection with QoS 0 or 1. Messages are encoded into a buffer that a writer of its own sends as soon as the
/// last write has ended, so many leave in one write; a full buffer or a full window of unacknowledged messages makes
/// <see cref="PublishAsync"/> wait. It does not connect again: after a fault every call fails with the reason, and what
/// <see cref="DrainAsync"/> had not confirmed may or may not have arrived. Calls may come from several threads.
/// </summary>
public sealed class MqttPublisher : IAsyncDisposable
{
    // Enough for one large socket write while the next one is being filled.
    private const int HighWaterBytes = 256 * 1024;

    private readonly MqttConnection _connection;
    private readonly PublishWindow _window;
    private readonly AsyncSignal _wake = new();
    private readonly PacketBuffer _properties = new();
    private readonly Task _writer;
    private readonly Task _reader;
    private readonly Task _keepAlive;
    private MqttException? _fault;
    private readonly TimeProvider _time;
    private readonly TimeSpan _grace;
    private volatile bool _isClosing;

    private MqttPublisher(MqttConnection connection, MqttSessionOptions options, TimeProvider time)
    {
        _connection = connection;
        _time = time;
        _grace = options.StopGrace;
        _window = new PublishWindow(Math.Min(options.ReceiveMaximum, connection.ConnAck.ReceiveMaximum));
        TimeSpan interval = connection.ConnAck.ServerKeepAliveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.KeepAlive;
        _keepAlive = new KeepAlive(connection, interval, time).RunAsync(connection.Lifetime);
        _writer = WriteAsync();
        _reader = ReadAsync();
    }

    /// <summary>The version agreed on; user properties are left out with MQTT 3.1.1.</summary>
    public MqttProtocol Protocol => _connection.Protocol;

    /// <summary>QoS 1 messages not yet acknowledged.</summary>
    public int Unacknowledged => _window.Count;

    /// <summary>QoS 1 messages that reached nobody, where the broker tells (MQTT 5).</summary>
    public long Unheard => _window.Unheard;

    /// <summary>Connects once; <see cref="MqttSessionOptions.Subscriptions"/> are ignored.</summary>
    /// <exception cref="MqttException">It failed; the message says why.</exception>
    /// <exception cref="ArgumentException">The options are faulty; the message holds every fault.</exception>
    public static Task<MqttPublisher> ConnectAsync(MqttSessionOptions options, TimeProvider time, CancellationToken ct) =>
        ConnectAsync(options, time, new NetworkTransport(options ?? throw new ArgumentNullException(nameof(options))), ct);

    internal static async Task<MqttPublisher> ConnectAsync(
        MqttSessionOptions options, TimeProvider time, IMqttTransport transport, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        }

        return new MqttPublisher(await new MqttConnector(options, transport, time).ConnectAsync(isFirst: true, ct), options, time);
    }

    /// <summary>
    /// Hands a message over for sending. Completes at once unless the buffer or the window is full; it does not wait for the
    /// broker's answer: <see cref="DrainAsync"/> does. Topic, payload and properties must stay unchanged until it has completed.
    /// </summary>
    /// <exception cref="MqttException">The connection has ended.</exception>
    /// <exception cref="ArgumentException">QoS 2, or a topic that is empty or has wildcards, or a message longer than the broker takes.</exception>
    public ValueTask PublishAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos = MqttQos.AtMostOnce,
        bool retain = false,
        ReadOnlyMemory<MqttUserProperty> properties = default,
        CancellationToken ct = default)
    {
        Check(topic, payload, qos);
        return TryEncode(topic, payload, qos, retain, properties, out Task? room)
            ? ValueTask.CompletedTask
            : PublishSlowlyAsync(room!, topic, payload, qos, retain, properties, ct);
    }

    /// <summary>Waits until everything published so far is written and every QoS 1 message is acknowledged.</summary>
    /// <exception cref="MqttException">The connection has ended, or the broker refused a message.</exception>
    public async ValueTask DrainAsync(CancellationToken ct = default)
    {
        while (true)
        {
            Task waiting;
            lock (_connection.Outbound.Gate)
            {
                ThrowIfFaulted();
                if (_connection.Outbound.IsIdleLocked && _window.Count == 0)
                {
                    _window.ThrowIfRefused();
                    return;
                }

                waiting = _connection.Outbound.IsIdleLocked ? _window.EmptyLocked() : _connection.Outbound.IdleLocked();
            }

            await waiting.WaitAsync(ct);
        }
    }

    /// <summary>
    /// Sends what is buffered and DISCONNECT, for at most <see cref="MqttSessionOptions.StopGrace"/>, then closes. Does not wait for
    /// acknowledgements: <see cref="DrainAsync"/> before does.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_connection.Outbound.Gate)
        {
            if (_isClosing)
            {
                return;
            }

            _isClosing = true;
            ControlPacket.WriteDisconnect(_connection.Outbound.Filling, _connection.Protocol, ReasonCode.Success);
        }

        _wake.Set();
        try
        {
            await FinishAsync().WaitAsync(_grace, _time);
        }
        catch (TimeoutException)
        {
            // The broker does not read: closing is all that is left.
        }

        _connection.Abort("the publisher was closed");
        await _writer;
        await _reader;
        await _keepAlive;
        await _connection.DisposeAsync();
    }

    private void Check(string topic, ReadOnlyMemory<byte> payload, MqttQos qos)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        if (qos > MqttQos.AtLeastOnce || (int)qos > _connection.ConnAck.MaximumQos)
        {
            throw new ArgumentException($"QoS {(int)qos}; this publisher and broker take up to {Math.Min(1, _connection.ConnAck.MaximumQos)}", nameof(qos));
        }

        // 1024 for header and properties is rough: it only makes the reason clearer than the disconnect that would follow.
        long limit = _connection.ConnAck.MaximumPacketBytes > 0 ? _connection.ConnAck.MaximumPacketBytes : 255 << 20;
        if (payload.Length + topic.Length + 1024L > limit)
        {
            throw new ArgumentException($"a payload of {payload.Length} bytes; the broker takes packets of {limit} bytes", nameof(payload));
        }

        if (topic.AsSpan().ContainsAny('+', '#', '\0') || topic.Length > ushort.MaxValue / 3)
        {
            throw new ArgumentException($"topic {ReasonText.Quote(topic)} has a wildcard or is too long", nameof(topic));
        }
    }

    private async ValueTask PublishSlowlyAsync(
        Task room, string topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain, ReadOnlyMemory<MqttUserProperty> properties, CancellationToken ct)
    {
        Task? next = room;
        do
        {
            await next!.WaitAsync(ct);
        }
        while (!TryEncode(topic, payload, qos, retain, properties, out next));
    }

    /// <summary>Encodes the message, or gives what to wait for.</summary>
    private bool TryEncode(
        string topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain, ReadOnlyMemory<MqttUserProperty> properties, out Task? room)
    {
        bool wasEmpty;
        lock (_connection.Outbound.Gate)
        {
            ThrowIfFaulted();
            PacketBuffer buffer = _connection.Outbound.Filling;
            wasEmpty = buffer.Count == 0;
            room = buffer.Count >= HighWaterBytes ? _connection.Outbound.RoomLocked()
                : qos == MqttQos.AtLeastOnce && _window.IsFull ? _window.RoomLocked() : null;
            if (room is not null)
            {
                return false;
            }

            ushort id = qos == MqttQos.AtLeastOnce ? _window.TakeLocked() : (ushort)0;
            EncodeLocked(buffer, topic, payload.Span, qos, id, retain, properties.Span);
        }

        if (wasEmpty)
        {
            _wake.Set();
        }

        return true;
    }

    private void EncodeLocked(
        PacketBuffer buffer, string topic, ReadOnlySpan<byte> payload, MqttQos qos, ushort id, bool retain, ReadOnlySpan<MqttUserProperty> properties)
    {
        _properties.Reset();
        if (Protocol == MqttProtocol.V5)
        {
            foreach (MqttUserProperty property in properties)
            {
                _properties.WriteByte((int)PropertyId.UserProperty);
                _properties.WriteBinary(property.Name.Span);
                _properties.WriteBinary(property.Value.Span);
            }
        }

        Span<byte> utf8 = stackalloc byte[512];
        int length = Encoding.UTF8.GetByteCount(topic);
        utf8 = length <= utf8.Length ? utf8[..length] : new byte[length];
        Encoding.UTF8.GetBytes(topic, utf8);
        PublishPacket.Write(buffer, Protocol, utf8, payload, qos, id, retain ? PublishFlags.Retain : PublishFlags.None, _properties.Written);
    }

    /// <summary>Until the last byte is written, whoever writes it, or the connection has failed.</summary>
    private async Task FinishAsync()
    {
        await _writer;
        while (true)
        {
            Task idle;
            lock (_connection.Outbound.Gate)
            {
                if (_fault is not null || _connection.Outbound.IsIdleLocked)
                {
                    return;
                }

                idle = _connection.Outbound.IdleLocked();
            }

            await idle;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (!_isClosing)
            {
                await _wake.WaitAsync(_connection.Lifetime);
                await _connection.FlushAsync();
            }

            // The closing packet may have come after the last look.
            await _connection.FlushAsync();
        }
        catch (MqttException e)
        {
            Fail(e);
        }
        catch (OperationCanceledException)
        {
            Fail(_connection.Fault(null));
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            do
            {
                lock (_connection.Outbound.Gate)
                {
                    ParseLocked();
                }
            }
            while (await _connection.FillAsync(CancellationToken.None));

            Fail(_connection.Fault(null));
        }
        catch (MqttException e)
        {
            Fail(e);
        }
    }

    private void ParseLocked()
    {
        while (_connection.Frames.TryRead(out Frame frame))
        {
            switch (frame.Type)
            {
                case PacketType.PubAck:
                    (ushort id, int code) = AckPacket.Parse(frame.Body);
                    _window.ReleaseLocked(id, code);
                    break;
                case PacketType.PingResp:
                    break;
                case PacketType.Disconnect when Protocol == MqttProtocol.V5:
                    throw ControlPacket.Ended(frame.Body, Protocol);
                default:
                    throw new MqttProtocolException($"{frame.Type} was not expected", ReasonCode.ProtocolError);
            }
        }

        _window.WakeLocked();
    }

    private void Fail(MqttException fault)
    {
        lock (_connection.Outbound.Gate)
        {
            _fault ??= fault;
            _connection.Outbound.WakeAllLocked();
            _window.WakeAllLocked();
        }

        _connection.Abort(fault.Message);
    }

    private void ThrowIfFaulted()
    {
        ObjectDisposedException.ThrowIf(_isClosing, this);
        if (_fault is not null)
        {
            throw new MqttException(_fault.Message, _fault);
        }
    }
}
