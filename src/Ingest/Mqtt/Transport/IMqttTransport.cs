namespace Thrum.Ingest.Mqtt.Transport;

/// <summary>Opens the byte stream to a broker.</summary>
internal interface IMqttTransport
{
    /// <summary>Connects once. Fails with what <see cref="MqttConnection.IsBroken"/> knows, or an <see cref="MqttException"/>.</summary>
    ValueTask<Stream> ConnectAsync(MqttServer server, CancellationToken ct);
}
