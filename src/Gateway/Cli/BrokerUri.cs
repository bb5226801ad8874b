using Thrum.Ingest.Mqtt;

namespace Thrum.Gateway.Cli;

/// <summary>Brokers on the command line: <c>mqtt://[user[:password]@]host[:port]</c>.</summary>
internal static class BrokerUri
{
    private const int DefaultPort = 1883;

    /// <exception cref="UsageException">The text is no such address.</exception>
    public static MqttSessionOptions Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme != "mqtt" || uri.Host.Length == 0)
        {
            throw new UsageException($"the broker is '{WithoutCredentials(text)}', expected mqtt://host:port");
        }

        string[] credentials = [.. uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        return new MqttSessionOptions
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : DefaultPort,
            User = credentials[0].Length > 0 ? credentials[0] : null,
            Password = credentials.Length > 1 ? credentials[1] : null,
        };
    }

    /// <summary>A password must not be printed, whatever else is wrong with the address.</summary>
    private static string WithoutCredentials(string text)
    {
        int at = text.LastIndexOf('@');
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? text : scheme >= 0 && scheme < at ? string.Concat(text.AsSpan(0, scheme + 3), "…", text.AsSpan(at)) : string.Concat("…", text.AsSpan(at));
    }
}
