namespace Thrum.Ingest.Mqtt;

/// <summary>The MQTT versions spoken; the value is the protocol level on the wire.</summary>
public enum MqttProtocol
{
    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V5 = 5,
}

/// <summary>Which version to ask for.</summary>
public enum MqttProtocolChoice
{
    /// <summary>5 first; 3.1.1 where the broker refuses it or hangs up before answering.</summary>
    Auto,

    /// <summary>Only MQTT 5.0.</summary>
    V5,

    /// <summary>Only MQTT 3.1.1.</summary>
    V311,
}

/// <summary>Delivery guarantee of a message.</summary>
public enum MqttQos
{
    /// <summary>QoS 0.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1.</summary>
    AtLeastOnce = 1,

    /// <summary>QoS 2.</summary>
    ExactlyOnce = 2,
}

/// <summary>A topic filter and the highest QoS wanted for it.</summary>
/// <param name="Filter">MQTT topic filter, wildcards and <c>$share/group/</c> allowed.</param>
/// <param name="Qos">Highest QoS the broker is to deliver with.</param>
public readonly record struct MqttSubscription(string Filter, MqttQos Qos);
