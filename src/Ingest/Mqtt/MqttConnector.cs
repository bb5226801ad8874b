using System.Text;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Mqtt;

/// <summary>
/// Makes connections: the choice of the broker, transport, CONNECT, CONNACK, and the choice of the protocol version. Remembers
/// which broker served; not thread-safe.
/// </summary>
internal sealed class MqttConnector(MqttSessionOptions options, IMqttTransport transport, TimeProvider time)
{
    // A ring of brokers that send clients to each other must not keep an attempt from ending.
    private const int MaxRedirects = 3;

    private readonly ServerList _servers = new(options);

    /// <summary>The broker that serves, or that is tried first.</summary>
    public MqttServer Server => _servers.Current;

    /// <summary>Asks every broker once, the one that served last first, and follows redirects.</summary>
    /// <exception cref="MqttException">None could be connected to; the message says why, broker by broker.</exception>
    public async Task<MqttConnection> ConnectAsync(bool isFirst, CancellationToken ct)
    {
        var waiting = new Queue<MqttServer>(_servers.Candidates());
        List<MqttException> failures = [];
        int redirects = 0;
        while (waiting.TryDequeue(out MqttServer server))
        {
            try
            {
                MqttConnection connection = await NegotiateAsync(server, isFirst, ct);
                _servers.Served(server);
                return connection;
            }
            catch (MqttException e)
            {
                _servers.Failed(server);
                failures.Add(e);
                if (e is MqttRedirectException redirect && redirects++ < MaxRedirects && Redirect(redirect) is { } target)
                {
                    waiting = new Queue<MqttServer>(waiting.Prepend(target));
                }
            }
        }

        throw failures.Count == 1 ? failures[0] : new MqttException(string.Join("; ", failures.Select(failure => failure.Message).Distinct()), failures[^1]);
    }

    /// <summary>Notes where a broker sent us, for the next attempt; null when it is not to be followed or cannot be read.</summary>
    public MqttServer? Redirect(MqttRedirectException redirect) => options.FollowRedirects ? _servers.Redirect(redirect.Reference) : null;

    private async Task<MqttConnection> NegotiateAsync(MqttServer server, bool isFirst, CancellationToken ct)
    {
        if (options.Protocol != MqttProtocolChoice.Auto)
        {
            return await ConnectWithAsync(server, options.Protocol == MqttProtocolChoice.V5 ? MqttProtocol.V5 : MqttProtocol.V311, isFirst, ct);
        }

        try
        {
            return await ConnectWithAsync(server, MqttProtocol.V5, isFirst, ct);
        }
        catch (MqttRefusedException e) when (e.IsVersionRefused)
        {
            return await ConnectWithAsync(server, MqttProtocol.V311, isFirst, ct);
        }
    }

    private async Task<MqttConnection> ConnectWithAsync(MqttServer server, MqttProtocol protocol, bool isFirst, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        MqttConnection? connection = null;
        try
        {
            Stream stream = await transport.ConnectAsync(server, either.Token);
            connection = new MqttConnection(stream, time, protocol, options.MaxMessageBytes) { Server = server };
            await HandshakeAsync(connection, isFirst, either.Token);
            MqttConnection made = connection;
            connection = null;
            return made;
        }
        catch (Exception e) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested && (e is OperationCanceledException || MqttConnection.IsBroken(e)))
        {
            throw new MqttException(FormattableString.Invariant($"no connection to {server} within {options.ConnectTimeout.TotalSeconds:0.###} s"), e);
        }
        catch (Exception e) when (MqttConnection.IsBroken(e))
        {
            // Some transports report a cancellation as a fault of their own.
            ct.ThrowIfCancellationRequested();
            throw new MqttException($"cannot connect to {server}: {MqttConnection.Words(e)}", e);
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
        ConnectPacket request = Request(connection.Protocol, isFirst);
        lock (connection.Outbound.Gate)
        {
            request.Write(connection.Outbound.Filling);
        }

        await AwaitConnAckAsync(connection, ct);
        ConnAckPacket answer = connection.ConnAck;
        if (answer.Code == 0)
        {
            // [MQTT-3.2.2-2], [MQTT-3.2.2-4]
            if (answer.SessionPresent && request.CleanStart)
            {
                throw new MqttProtocolException("the broker kept a session where a new one was asked for", ReasonCode.ProtocolError);
            }

            return;
        }

        string words = answer.ReasonString is null ? "" : ": " + ReasonText.Quote(answer.ReasonString);
        string refusal = $"the broker refused the connection: {ReasonText.Of(answer.Code)}{words}";
        throw answer is { ServerReference: { } reference, Code: (int)ReasonCode.UseAnotherServer or (int)ReasonCode.ServerMoved }
            ? new MqttRedirectException($"{refusal}, namely {ReasonText.Quote(reference)}", reference)
            : new MqttRefusedException(refusal, answer.Code == (int)ReasonCode.UnsupportedProtocolVersion);
    }

    // A broker without MQTT 5 closes the connection or resets it; one that wants a client certificate does the same.
    private async Task AwaitConnAckAsync(MqttConnection connection, CancellationToken ct)
    {
        Exception? cause = null;
        try
        {
            await connection.FlushAsync();
            do
            {
                if (TryReadConnAck(connection))
                {
                    return;
                }
            }
            while (await connection.FillAsync(ct));
        }
        catch (MqttException e) when (e.InnerException is { } inner && MqttConnection.IsBroken(inner))
        {
            cause = inner;
        }

        bool isSecure = options.Transport is MqttTransportKind.Tls or MqttTransportKind.WebSocketTls;
        string hint = isSecure && options.Tls.CertificateFile is null ? " (over TLS a broker does so when it demands a client certificate)" : "";
        string words = cause is null ? "" : $": {MqttConnection.Words(cause)}";
        throw new MqttRefusedException($"the broker closed the connection before answering CONNECT{words}{hint}", isVersionRefused: true, cause);
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
        Will = options.Will,
    };
}
