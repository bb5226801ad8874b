using System.Globalization;

namespace Thrum.Ingest.Mqtt;

/// <summary>Where a broker listens.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port, 1..65535.</param>
public readonly record struct MqttServer(string Host, int Port)
{
    /// <summary>
    /// Reads <c>host</c>, <c>host:port</c> or <c>[address]:port</c>, as configuration and MQTT 5 server references write it
    /// [MQTT 5.0, 4.11].
    /// </summary>
    /// <param name="text">The text; spaces around it do not matter.</param>
    /// <param name="defaultPort">The port where it says none.</param>
    /// <param name="server">The result.</param>
    public static bool TryParse(string text, int defaultPort, out MqttServer server)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        int bracket = trimmed.StartsWith('[') ? trimmed.IndexOf(']', StringComparison.Ordinal) : -1;
        int colon = trimmed.LastIndexOf(':');
        // Several colons without brackets are an IPv6 address without port.
        bool hasPort = colon > bracket && (bracket >= 0 || trimmed.IndexOf(':', StringComparison.Ordinal) == colon);
        string host = hasPort ? trimmed[..colon] : trimmed;
        host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        int port = defaultPort;
        bool isGood = (!hasPort || int.TryParse(trimmed.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            && port is > 0 and <= 65535 && Uri.CheckHostName(host) != UriHostNameType.Unknown;
        server = new MqttServer(host, port);
        return isGood;
    }

    /// <summary><c>host:port</c>.</summary>
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
