using System.Net.Sockets;
using System.Text;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Mqtt;

/// <summary>Makes connections: transport, CONNECT, CONNACK, and the choice of the protocol version.</summary>
internal sealed class MqttConnector(MqttSessionOptions options, IMqttTransport transport, TimeProvider time)
{
    /// <summary>Connects once.</summary>
    /// <exception cref="MqttException">It failed; the message says why.</exception>
    public async Task<MqttConnection> ConnectAsync(bool isFirst, CancellationToken ct)
    {
        if (options.Protocol != MqttProtocolChoice.Auto)
        {
            return await ConnectWithAsync(options.Protocol == MqttProtocolChoice.V5 ? MqttProtocol.V5 : MqttProtocol.V311, isFirst, ct);
        }

        try
        {
            return await ConnectWithAsync(MqttProtocol.V5, isFirst, ct);
        }
        catch (MqttRefusedException e) when (e.IsVersionRefused)
        {
            return await ConnectWithAsync(MqttProtocol.V311, isFirst, ct);
        }
    }

    private async Task<MqttConnection> ConnectWithAsync(MqttProtocol protocol, bool isFirst, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        MqttConnection? connection = null;
        try
        {
            Stream stream = await transport.ConnectAsync(options.Host, options.Port, either.Token);
            connection = new MqttConnection(stream, time, protocol, options.MaxMessageBytes);
            await HandshakeAsync(connection, isFirst, either.Token);
            MqttConnection made = connection;
            connection = null;
            return made;
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new MqttException(
                FormattableString.Invariant($"no connection to {options.Host}:{options.Port} within {options.ConnectTimeout.TotalSeconds:0.###} s"), e);
        }
        catch (Exception e) when (MqttConnection.IsBroken(e))
        {
            throw new MqttException(
                FormattableString.Invariant($"cannot connect to {options.Host}:{options.Port}: {(e as SocketException)?.Message ?? e.Message}"), e);
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task HandshakeAsync(MqttConnection connection, bool isFirst, CancellationToken ct)
    {
        lock (connection.Outbound.Gate)
        {
            Request(connection.Protocol, isFirst).Write(connection.Outbound.Filling);
        }

        await connection.FlushAsync();
        while (!TryReadConnAck(connection))
        {
            if (!await FillAsync(connection, ct))
            {
                throw new MqttRefusedException("the broker closed the connection before answering CONNECT", isVersionRefused: true);
            }
        }

        ConnAckPacket answer = connection.ConnAck;
        if (answer.Code != 0)
        {
            string words = answer.ReasonString is null ? "" : ": " + ReasonText.Quote(answer.ReasonString);
            throw new MqttRefusedException(
                $"the broker refused the connection: {ReasonText.Of(answer.Code)}{words}",
                answer.Code == (int)ReasonCode.UnsupportedProtocolVersion);
        }
    }

    // A broker without MQTT 5 may reset the connection instead of closing it.
    private static async Task<bool> FillAsync(MqttConnection connection, CancellationToken ct)
    {
        try
        {
            return await connection.FillAsync(ct);
        }
        catch (MqttException e) when (e.InnerException is IOException)
        {
            return false;
        }
    }

    private static bool TryReadConnAck(MqttConnection connection)
    {
        if (!connection.Frames.TryRead(out Frame frame))
        {
            return false;
        }

        connection.ConnAck = frame.Type == PacketType.ConnAck && !frame.IsOversized
            ? ConnAckPacket.Parse(frame.Body, connection.Protocol)
            : throw new MqttProtocolException($"the broker answered CONNECT with {frame.Type}", ReasonCode.ProtocolError);
        return true;
    }

    private ConnectPacket Request(MqttProtocol protocol, bool isFirst) => new()
    {
        Protocol = protocol,
        ClientId = options.ClientId,
        CleanStart = options.CleanStart && (isFirst || protocol == MqttProtocol.V311 || options.SessionExpiry == TimeSpan.Zero),
        KeepAliveSeconds = (ushort)Math.Ceiling(options.KeepAlive.TotalSeconds),
        User = options.User,
        Password = options.Password is null ? null : Encoding.UTF8.GetBytes(options.Password),
        SessionExpirySeconds = (uint)options.SessionExpiry.TotalSeconds,
        ReceiveMaximum = (ushort)options.ReceiveMaximum,
        TopicAliasMaximum = (ushort)options.TopicAliasMaximum,
    };
}
