namespace Thrum.Ingest.Mqtt;

/// <summary>What the handler says to a message.</summary>
public enum PublishVerdict
{
    /// <summary>Taken; more may come.</summary>
    Taken,

    /// <summary>Taken, and the batch is full: flush before the next message.</summary>
    TakenAndFull,

    /// <summary>Not taken for want of room: flush, then offer the same message again.</summary>
    NoRoom,
}

/// <summary>A connection that has just been made.</summary>
/// <param name="SessionPresent">True: the broker kept the session, and what it queued meanwhile follows.</param>
/// <param name="Protocol">The version agreed on.</param>
/// <param name="Count">1 for the first connection of this session object, and so on.</param>
public readonly record struct MqttConnected(bool SessionPresent, MqttProtocol Protocol, int Count);

/// <summary>
/// Receives messages straight from the socket's buffer; there is no queue in between. All calls come one after the other, from one
/// logical thread: <see cref="OnPublish"/> for every message that has arrived, then <see cref="FlushAsync"/> before the socket
/// is read again. A flush that takes its time is back-pressure: the socket is not read meanwhile. An exception ends
/// <see cref="MqttSession.RunAsync"/>.
/// </summary>
public interface IMessageHandler
{
    /// <summary>A message. Its spans are valid during the call only.</summary>
    PublishVerdict OnPublish(in PublishView message);

    /// <summary>A message above <see cref="MqttSessionOptions.MaxMessageBytes"/> was skipped; it counts as taken and is acknowledged.</summary>
    /// <param name="beginning">The message as far as it was kept: its topic, and properties and first bytes of the payload where they were reached; valid during the call.</param>
    /// <param name="bytes">Its length after the fixed header.</param>
    void OnOversized(in PublishView beginning, long bytes);

    /// <summary>Everything that had arrived is handed over, or the batch is full. What was taken is acknowledged when this has ended.</summary>
    ValueTask FlushAsync(CancellationToken ct);

    /// <summary>A message that a handler before this one has dealt with: nothing is to be done but to acknowledge it in its turn.</summary>
    /// <param name="sequence">Its <see cref="PublishView.Sequence"/>.</param>
    void OnHandled(ulong sequence)
    {
    }

    /// <summary>Connected; comes before the connection's messages.</summary>
    void OnConnected(in MqttConnected connected)
    {
    }

    /// <summary>The connection has ended, or could not be made.</summary>
    void OnDisconnected(string reason)
    {
    }
}
