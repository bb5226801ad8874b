using System.Globalization;
using System.Text;
using Thrum.Detector;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Pipeline;

/// <summary>
/// Certificates for the transports with TLS; the section <c>Mqtt:Tls</c>. Files are read again at every connection, so a renewed
/// certificate needs no restart.
/// </summary>
public sealed record MqttTlsOptions : ICrossChecked
{
    /// <summary>PEM file of the only certification authorities that are trusted; empty for the system's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>PEM file of the client's certificate, intermediates after it; empty for none.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file of the client's private key; empty when it stands in <see cref="CertificateFile"/>.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Password of an encrypted private key; better in the environment. Never printed.</summary>
    public string KeyPassword { get; init; } = "";

    /// <summary>The name that the broker's certificate must carry; empty for the host.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>The lowest version accepted.</summary>
    public MqttTlsVersion MinimumVersion { get; init; } = MqttTlsVersion.Tls12;

    /// <summary>True: the broker's certificate is refused unless its authority says that it was not revoked.</summary>
    public bool CheckRevocation { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (KeyFile.Length > 0 && CertificateFile.Length == 0)
        {
            yield return "KeyFile is set without CertificateFile, expected both";
        }

        foreach ((string name, string file) in new[] { (nameof(CaFile), CaFile), (nameof(CertificateFile), CertificateFile), (nameof(KeyFile), KeyFile) })
        {
            if (file.Length > 0 && !File.Exists(file))
            {
                yield return $"{name} is '{file}', expected a file that exists";
            }
        }
    }

    /// <summary>The session's form.</summary>
    internal MqttTls ToSession() => new()
    {
        CaFile = OrNull(CaFile),
        CertificateFile = OrNull(CertificateFile),
        KeyFile = OrNull(KeyFile),
        KeyPassword = OrNull(KeyPassword),
        ServerName = OrNull(ServerName),
        MinimumVersion = MinimumVersion,
        CheckRevocation = CheckRevocation,
    };

    private static string? OrNull(string text) => text.Length > 0 ? text : null;

    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"CaFile = {CaFile}, CertificateFile = {CertificateFile}, KeyFile = {KeyFile}");
        return true;
    }
}
