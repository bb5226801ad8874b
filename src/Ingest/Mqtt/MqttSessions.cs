using Microsoft.Extensions.Logging;

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
    /// <exception cref="ArgumentException">The options are faulty; the message holds every fault.</exception>
    public static IMqttSession Create(MqttSessionOptions options, TimeProvider time, ILogger<MqttSession> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Client == MqttClientKind.MqttNet && MqttNetMaker() is { } make ? make(options, time, logger) : new MqttSession(options, time, logger);
    }

    // Filled in by the adapter's file, where it is compiled.
    static partial void Register(ref Func<MqttSessionOptions, TimeProvider, ILogger, IMqttSession>? mqttNet);

    private static Func<MqttSessionOptions, TimeProvider, ILogger, IMqttSession>? MqttNetMaker()
    {
        Func<MqttSessionOptions, TimeProvider, ILogger, IMqttSession>? maker = null;
        Register(ref maker);
        return maker;
    }
}
