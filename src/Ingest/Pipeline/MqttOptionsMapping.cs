using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Pipeline;

/// <summary>From the configuration's broker settings to a session's.</summary>
public static class MqttOptionsMapping
{
    // MQTTnet reads on while the pipeline is busy: these messages are what its queue holds.
    private const int MqttNetReceiveMaximum = 1000;

    /// <summary>The session options for receiving; reads the password file where one is named.</summary>
    /// <exception cref="IOException">The password file cannot be read.</exception>
    public static MqttSessionOptions ToSession(this MqttOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string password = options.PasswordFile.Length > 0 ? File.ReadLines(options.PasswordFile).FirstOrDefault("") : options.Password;
        return new MqttSessionOptions
        {
            Client = options.Client,
            Host = options.Host,
            Port = options.Port,
            Fallbacks = [.. options.FallbackTexts().Select(text => MqttServer.TryParse(text, options.Port, out MqttServer server) ? server : default)],
            FollowRedirects = options.FollowRedirects,
            Transport = options.Transport,
            WebSocketPath = options.WebSocketPath,
            Tls = options.Tls.ToSession(),
            Will = options.Will.ToSession(),
            User = options.User.Length > 0 ? options.User : null,
            Password = password.Length > 0 ? password : null,
            ClientId = options.ClientId,
            CleanStart = options.CleanStart,
            SessionExpiry = options.SessionExpiry,
            KeepAlive = options.KeepAlive,
            Protocol = options.Protocol switch
            {
                "5" => MqttProtocolChoice.V5,
                "3.1.1" => MqttProtocolChoice.V311,
                _ => MqttProtocolChoice.Auto,
            },
            MaxMessageBytes = options.MaxMessageBytes,
            ReceiveMaximum = options.ReceiveMaximum > 0 ? options.ReceiveMaximum : options.Client == MqttClientKind.MqttNet ? MqttNetReceiveMaximum : ushort.MaxValue,
            Subscriptions = [.. options.Topics.Select(topic => new MqttSubscription(topic.Subscription, (MqttQos)topic.Qos)).Distinct()],
        };
    }
}
