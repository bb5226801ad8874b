namespace Thrum.Ingest.Mqtt;

/// <summary>
/// Whom to trust and who we are. Files are read at every connection, so a renewed certificate is used from the next one on.
/// </summary>
public sealed record MqttTls
{
    /// <summary>PEM file of the only certification authorities that are trusted; null: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the client's certificate, its intermediates after it; null: none is shown.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the client's private key; null: it stands in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Password of an encrypted private key; never printed.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>The name that the broker's certificate must carry; null: the host that is connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>The lowest version accepted: 1.2 or 1.3.</summary>
    public MqttTlsVersion MinimumVersion { get; init; } = MqttTlsVersion.Tls12;

    /// <summary>True: ask the authority whether the broker's certificate was revoked, and refuse it when there is no answer.</summary>
    public bool CheckRevocation { get; init; }

    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("CaFile = ").Append(CaFile).Append(", CertificateFile = ").Append(CertificateFile).Append(", KeyFile = ").Append(KeyFile);
        return true;
    }
}

/// <summary>Versions of TLS.</summary>
public enum MqttTlsVersion
{
    /// <summary>TLS 1.2.</summary>
    Tls12,

    /// <summary>TLS 1.3.</summary>
    Tls13,
}
