namespace Thrum.Detector.Publishing;

/// <summary>Connects to the broker that messages are published to. Ingest fulfils it, because MQTT sockets are there only.</summary>
public interface IMessagePublisherFactory
{
    /// <summary>One attempt to connect.</summary>
    /// <exception cref="ThrumException">It failed; the message says why.</exception>
    Task<IMessagePublisher> ConnectAsync(CancellationToken cancellationToken);
}

/// <summary>One connection. It does not connect again: after a fault every call fails, and what was not confirmed may or may not have arrived.</summary>
public interface IMessagePublisher : IAsyncDisposable
{
    /// <summary>Hands a message over; waits for room, not for the broker's answer.</summary>
    /// <param name="topic">Topic, without wildcards.</param>
    /// <param name="payload">Stays unchanged until the call has completed.</param>
    /// <param name="retain">True: the broker keeps it for later subscribers, and gives it QoS 1; false: QoS 0.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ThrumException">The connection has ended, or the broker does not take such a message.</exception>
    ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken);

    /// <summary>Waits until the broker has confirmed what was published with QoS 1.</summary>
    /// <exception cref="ThrumException">The connection has ended, or the broker refused a message.</exception>
    ValueTask DrainAsync(CancellationToken cancellationToken);
}
