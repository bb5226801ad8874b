namespace Thrum.Ingest.Mqtt;

/// <summary>
/// Receives from one broker for as long as it runs: connects, subscribes, hands over, acknowledges, and connects again after every
/// fault. One <see cref="RunAsync"/> at a time; the properties may be read from anywhere. <see cref="MqttSessions"/> makes one.
/// </summary>
public interface IMqttSession
{
    /// <summary>Where the session stands.</summary>
    MqttSessionStatus Status { get; }

    /// <summary>True once the broker has granted every subscription of the present connection or kept session.</summary>
    bool IsSubscribed { get; }

    /// <summary>Why there is no connection, or which subscription the broker refused; null when all is well.</summary>
    string? LastFault { get; }

    /// <summary>Connections made so far.</summary>
    int Connections { get; }

    /// <summary>
    /// Receives until <paramref name="stopping"/> is cancelled, then lets the running flush end (at most
    /// <see cref="MqttSessionOptions.StopGrace"/>), sends what acknowledgements are due, disconnects and returns. Faults of the
    /// network or broker never end it; an exception of the handler does, and comes out of here.
    /// </summary>
    Task RunAsync(IMessageHandler handler, CancellationToken stopping);

    /// <summary>
    /// With <see cref="MqttSessionOptions.AcknowledgeAfterFlush"/> false: everything up to this <see cref="PublishView.Sequence"/> is
    /// safe, acknowledge it. May be called from any thread, also with numbers of connections that are gone: their messages come again.
    /// </summary>
    ValueTask AcknowledgeThroughAsync(ulong sequence);
}

/// <summary>Where a session stands.</summary>
public enum MqttSessionStatus
{
    /// <summary>Not running.</summary>
    Stopped,

    /// <summary>No connection; trying, or waiting to try again: see <see cref="IMqttSession.LastFault"/>.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Connected,
}
