using Microsoft.Extensions.Logging;
using Thrum.Detector.Durability;

namespace Thrum.Ingest.Mqtt;

/// <summary>Whose MQTT client receives.</summary>
public enum MqttClientKind
{
    /// <summary>Thrum's own, <see cref="MqttSession"/>.</summary>
    Thrum,

    /// <summary>MQTTnet; only in a build with <c>-p:ExternalAdapters=true</c>.</summary>
    MqttNet,
}

/// <summary>Makes sessions by the client that the options name.</summary>
public static partial class MqttSessions
{
    /// <summary>True when this build has that client.</summary>
    public static bool Has(MqttClientKind client) => client == MqttClientKind.Thrum || MqttNetMaker() is not null;

    /// <summary>A session that has not started.</summary>
    /// <param name="options">How to reach the broker and what to receive.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where connections and faults are told.</param>
    /// <param name="record">Remembers what a lasting session holds; null: filters of earlier runs stay subscribed.</param>
    /// <exception cref="ArgumentException">The options are faulty; the message holds every fault.</exception>
    public static IMqttSession Create(MqttSessionOptions options, TimeProvider time, ILogger<MqttSession> logger, ISubscriptionRecord? record = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Client == MqttClientKind.MqttNet && MqttNetMaker() is { } make ? make(options, time, logger, record) : new MqttSession(options, time, logger, record);
    }

    // Filled in by the adapter's file, where it is compiled.
    static partial void Register(ref Func<MqttSessionOptions, TimeProvider, ILogger, ISubscriptionRecord?, IMqttSession>? mqttNet);

    private static Func<MqttSessionOptions, TimeProvider, ILogger, ISubscriptionRecord?, IMqttSession>? MqttNetMaker()
    {
        Func<MqttSessionOptions, TimeProvider, ILogger, ISubscriptionRecord?, IMqttSession>? maker = null;
        Register(ref maker);
        return maker;
    }
}
