using System.Text;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Mqtt;

/// <summary>How to reach a broker and what to receive from it.</summary>
public sealed record MqttSessionOptions
{
    /// <summary>Whose client receives, when <see cref="MqttSessions"/> makes the session.</summary>
    public MqttClientKind Client { get; init; }

    /// <summary>The broker's name or address.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The broker's TCP port.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Further brokers of the same cluster, asked in order when the one before does not answer.</summary>
    public IReadOnlyList<MqttServer> Fallbacks { get; init; } = [];

    /// <summary>True: go where a broker sends us (server reference, MQTT 5); false: only say so.</summary>
    public bool FollowRedirects { get; init; } = true;

    /// <summary>What carries the bytes.</summary>
    public MqttTransportKind Transport { get; init; }

    /// <summary>Path of the WebSocket endpoint.</summary>
    public string WebSocketPath { get; init; } = "/mqtt";

    /// <summary>Certificates, for the transports with TLS.</summary>
    public MqttTls Tls { get; init; } = new();

    /// <summary>What the broker says in our place when we vanish; null: nothing.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>User name; null: none is sent.</summary>
    public string? User { get; init; }

    /// <summary>Password; never printed. With MQTT 3.1.1 it needs <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Client id; empty: the broker assigns one, which only works with <see cref="CleanStart"/>.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>
    /// True: the first connection discards what the broker kept for this client id. Reconnects of MQTT 5 resume the session while
    /// <see cref="SessionExpiry"/> is above 0; with MQTT 3.1.1 true means that there is no session to resume.
    /// </summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>How long the broker keeps the session after a disconnect (MQTT 5); whole seconds.</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>Keep-alive interval; 0: none. The broker may shorten it (MQTT 5).</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Protocol version.</summary>
    public MqttProtocolChoice Protocol { get; init; } = MqttProtocolChoice.Auto;

    /// <summary>What to subscribe to; empty for a publisher.</summary>
    public IReadOnlyList<MqttSubscription> Subscriptions { get; init; } = [];

    /// <summary>The longest PUBLISH taken, in bytes after its fixed header; a longer one is skipped and reported.</summary>
    public int MaxMessageBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Most QoS 1 and 2 messages unacknowledged at a time: asked of the broker (MQTT 5), and the window of a publisher. 1..65535.
    /// </summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Topic aliases that the broker may use towards us (MQTT 5).</summary>
    public int TopicAliasMaximum { get; init; } = 1024;

    /// <summary>
    /// True: messages are acknowledged when the flush after them has ended. False: when <see cref="MqttSession.AcknowledgeThroughAsync"/>
    /// says so.
    /// </summary>
    public bool AcknowledgeAfterFlush { get; init; } = true;

    /// <summary>Bound on connecting: TCP, CONNECT and CONNACK together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First pause before connecting again; it doubles up to <see cref="MaxReconnectDelay"/>, and by chance half of it is left out.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause before connecting again.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection that lived this long counts as good: the pauses start small again.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a stop waits for the running flush and outstanding acknowledgements.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong with these options: one sentence each, with setting, value and bound; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        Check(faults, MqttSessions.Has(Client), $"Client is {Client}; this build has no adapter for it, expected {MqttClientKind.Thrum} or a build with -p:ExternalAdapters=true");
        Check(faults, Host.Length > 0, $"Host is empty; expected a name or address");
        Check(faults, Port is > 0 and <= 65535, $"Port is {Port}; expected 1..65535");
        Check(faults, Password is null || User is not null || Protocol == MqttProtocolChoice.V5, $"Password is set without User; MQTT 3.1.1 does not allow that");
        Check(faults, ClientId.Length > 0 || CleanStart, $"ClientId is empty with CleanStart false; a lasting session needs a fixed client id");
        Check(faults, SessionExpiry >= TimeSpan.Zero && SessionExpiry.TotalSeconds < uint.MaxValue, $"SessionExpiry is {SessionExpiry}; expected 0 or more");
        Check(faults, KeepAlive >= TimeSpan.Zero && KeepAlive.TotalSeconds <= 65535, $"KeepAlive is {KeepAlive}; expected 0..18:12:15");
        Check(faults, MaxMessageBytes is >= 1024 and <= 256 << 20, $"MaxMessageBytes is {MaxMessageBytes}; expected 1024..268435456");
        Check(faults, ReceiveMaximum is >= 1 and <= 65535, $"ReceiveMaximum is {ReceiveMaximum}; expected 1..65535");
        Check(faults, TopicAliasMaximum is >= 0 and <= 65535, $"TopicAliasMaximum is {TopicAliasMaximum}; expected 0..65535");
        Check(faults, ConnectTimeout > TimeSpan.Zero, $"ConnectTimeout is {ConnectTimeout}; expected above 0");
        Check(
            faults,
            ReconnectDelay > TimeSpan.Zero && MaxReconnectDelay >= ReconnectDelay && MaxReconnectDelay <= TimeSpan.FromDays(1),
            $"ReconnectDelay is {ReconnectDelay} and MaxReconnectDelay {MaxReconnectDelay}; expected 0 < first <= second <= 1 day");
        Check(faults, WebSocketPath.StartsWith('/'), $"WebSocketPath is '{WebSocketPath}'; expected a path that begins with /");
        bool isSecure = Transport is MqttTransportKind.Tls or MqttTransportKind.WebSocketTls;
        Check(faults, isSecure || Tls == new MqttTls(), $"Tls is set while Transport is {Transport}; expected tls or wss, or no certificates");
        Check(faults, Tls.KeyFile is null || Tls.CertificateFile is not null, $"Tls:KeyFile is set without Tls:CertificateFile; expected both");
        if (isSecure && TlsSettings.FaultOf(Tls) is { } tlsFault)
        {
            faults.Add($"Tls: {tlsFault}");
        }

        if (Will is not null)
        {
            Check(faults, Will.Topic.Length is > 0 and <= 21845 && !Will.Topic.AsSpan().ContainsAny('+', '#', '\0'), $"Will:Topic is '{Will.Topic}'; expected a topic without wildcards");
            Check(faults, Will.Payload.Length <= 65535 && Will.OnlinePayload.Length <= 65535, $"Will:Payload has {Will.Payload.Length} bytes; expected at most 65535");
            Check(faults, Will.Delay >= TimeSpan.Zero && Will.Delay.TotalSeconds < uint.MaxValue, $"Will:Delay is {Will.Delay}; expected 0 or more");
        }

        foreach (MqttSubscription subscription in Subscriptions)
        {
            Check(faults, subscription.Filter.Length is > 0 and <= 65535, $"Subscriptions has a filter of {subscription.Filter.Length} characters; expected 1..65535");
        }

        return faults;
    }

    /// <summary>Everything but the password.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(FormattableString.Invariant($"{Host}:{Port}, {Transport}, ClientId = {ClientId}, User = {User}, Protocol = {Protocol}"));
        return true;
    }

    private static void Check(List<string> faults, bool isGood, FormattableString sentence)
    {
        if (!isGood)
        {
            faults.Add(FormattableString.Invariant(sentence));
        }
    }
}
