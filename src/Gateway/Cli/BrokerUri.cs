using Thrum.Ingest.Mqtt;

namespace Thrum.Gateway.Cli;

/// <summary>
/// Brokers on the command line: <c>mqtt://[user[:password]@]host[:port]</c>, also <c>mqtts</c>, <c>ws</c> and <c>wss</c>, with
/// <c>?ca=FILE&amp;cert=FILE&amp;key=FILE</c> for the certificates.
/// </summary>
internal static class BrokerUri
{
    public const string Help = "mqtt, mqtts, ws or wss://[user[:password]@]host[:port][/path][?ca=FILE&cert=FILE&key=FILE]";

    /// <exception cref="UsageException">The text is no such address.</exception>
    public static MqttSessionOptions Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || Transport(uri.Scheme) is not { } transport || uri.Host.Length == 0)
        {
            string shown = WithoutCredentials(text);
            string meant = text.Contains("://", StringComparison.Ordinal) || text.Length == 0 ? "" : $"; did you mean mqtt://{shown}?";
            throw new UsageException($"the broker is '{shown}', expected mqtt://host:port (or mqtts, ws, wss){meant}");
        }

        string[] credentials = [.. uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        var options = new MqttSessionOptions
        {
            Host = uri.IdnHost.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : DefaultPort(transport),
            Transport = transport,
            WebSocketPath = uri.AbsolutePath.Length > 1 ? uri.AbsolutePath : "/mqtt",
            Tls = Certificates(uri),
            User = credentials[0].Length > 0 ? credentials[0] : null,
            Password = credentials.Length > 1 ? credentials[1] : null,
        };
        return options.Faults().Where(fault => fault.StartsWith("Tls", StringComparison.Ordinal)).FirstOrDefault() is { } fault
            ? throw new UsageException($"the broker is '{WithoutCredentials(text)}': {fault}")
            : options;
    }

    private static MqttTransportKind? Transport(string scheme) => scheme switch
    {
        "mqtt" => MqttTransportKind.Tcp,
        "mqtts" => MqttTransportKind.Tls,
        "ws" => MqttTransportKind.WebSocket,
        "wss" => MqttTransportKind.WebSocketTls,
        _ => null,
    };

    private static int DefaultPort(MqttTransportKind transport) => transport == MqttTransportKind.Tls ? 8883 : 1883;

    private static MqttTls Certificates(Uri uri)
    {
        var tls = new MqttTls();
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            string file = parts.Length > 1 ? Path.GetFullPath(Uri.UnescapeDataString(parts[1])) : "";
            tls = parts[0] switch
            {
                "ca" => tls with { CaFile = file },
                "cert" => tls with { CertificateFile = file },
                "key" => tls with { KeyFile = file },
                _ => throw new UsageException($"the broker's address has '{parts[0]}', expected ca, cert or key"),
            };
        }

        return tls;
    }

    /// <summary>A password must not be printed, whatever else is wrong with the address.</summary>
    private static string WithoutCredentials(string text)
    {
        int at = text.LastIndexOf('@');
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? text : scheme >= 0 && scheme < at ? string.Concat(text.AsSpan(0, scheme + 3), "…", text.AsSpan(at)) : string.Concat("…", text.AsSpan(at));
    }
}
