using Thrum.Detector.Publishing;

namespace Thrum.Ingest.Mqtt;

/// <summary>
/// Publishes for the gateway over a connection of its own, and keeps a retained topic that says whether the gateway is there:
/// <c>online</c> from each connection on, <c>offline</c> on a regular end and, as the will, when the connection is lost.
/// </summary>
/// <param name="options">The broker; the client id is not that of the receiving session.</param>
/// <param name="statusTopic">Topic of the status.</param>
/// <param name="time">The clock of keep-alive and timeouts.</param>
public sealed class GatewayPublisherFactory(MqttSessionOptions options, string statusTopic, TimeProvider time) : IMessagePublisherFactory
{
    private static readonly ReadOnlyMemory<byte> Online = "online"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Offline = "offline"u8.ToArray();

    private readonly MqttSessionOptions _options = options with
    {
        CleanStart = true,
        SessionExpiry = TimeSpan.Zero,
        Subscriptions = [],
        Will = new MqttWill(statusTopic, Offline) { Qos = MqttQos.AtLeastOnce, Retain = true },
    };

    /// <inheritdoc/>
    public async Task<IMessagePublisher> ConnectAsync(CancellationToken cancellationToken)
    {
        MqttPublisher publisher = await MqttPublisher.ConnectAsync(_options, time, cancellationToken);
        try
        {
            await publisher.PublishAsync(statusTopic, Online, MqttQos.AtLeastOnce, retain: true, ct: cancellationToken);
            return new Connection(publisher, statusTopic);
        }
        catch
        {
            await publisher.DisposeAsync();
            throw;
        }
    }

    private sealed class Connection(MqttPublisher publisher, string statusTopic) : IMessagePublisher
    {
        public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken) =>
            publisher.PublishAsync(topic, payload, retain ? MqttQos.AtLeastOnce : MqttQos.AtMostOnce, retain, ct: cancellationToken);

        public ValueTask DrainAsync(CancellationToken cancellationToken) => publisher.DrainAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            try
            {
                // A regular DISCONNECT discards the will. QoS 0, because closing waits for no acknowledgement.
                await publisher.PublishAsync(statusTopic, Offline, MqttQos.AtMostOnce, retain: true);
            }
            catch (MqttException)
            {
                // The connection is lost: the broker says it in our place.
            }

            await publisher.DisposeAsync();
        }
    }
}
