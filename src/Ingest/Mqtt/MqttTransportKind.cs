namespace Thrum.Ingest.Mqtt;

/// <summary>What carries MQTT's bytes.</summary>
public enum MqttTransportKind
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,

    /// <summary>WebSocket, binary frames, subprotocol <c>mqtt</c>.</summary>
    WebSocket,

    /// <summary>WebSocket over TLS.</summary>
    WebSocketTls,
}
