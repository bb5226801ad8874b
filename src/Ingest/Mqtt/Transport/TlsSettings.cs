using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Thrum.Ingest.Mqtt.Transport;

/// <summary>Reads the certificate files into what a TLS handshake needs.</summary>
internal static class TlsSettings
{
    /// <exception cref="MqttException">A file cannot be read or holds no certificate; the message names it.</exception>
    public static SslClientAuthenticationOptions Read(MqttTls tls, string host) => new()
    {
        TargetHost = tls.ServerName ?? host,
        EnabledSslProtocols = tls.MinimumVersion == MqttTlsVersion.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = tls.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        CertificateChainPolicy = tls.CaFile is null ? null : PinnedTo(tls.CaFile, tls.CheckRevocation),
        ClientCertificateContext = tls.CertificateFile is null ? null : Own(tls.CertificateFile, tls),
    };

    /// <summary>Why the files cannot be used; null when they can.</summary>
    public static string? FaultOf(MqttTls tls)
    {
        try
        {
            Read(tls, "localhost");
            return null;
        }
        catch (MqttException e)
        {
            return e.Message;
        }
    }

    private static X509ChainPolicy PinnedTo(string file, bool checkRevocation)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = checkRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new MqttException($"the certification authorities in {file} cannot be read: {e.Message}", e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new MqttException($"{file} holds no certificate in PEM form");
    }

    private static SslStreamCertificateContext Own(string file, MqttTls tls)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            X509Certificate2 own = tls.KeyPassword is null
                ? X509Certificate2.CreateFromPemFile(file, tls.KeyFile)
                : X509Certificate2.CreateFromEncryptedPemFile(file, tls.KeyPassword, tls.KeyFile);
            if (OperatingSystem.IsWindows())
            {
                // Windows shows no certificate whose key lives in memory only.
                own = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
            }

            return SslStreamCertificateContext.Create(own, all, offline: true);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new MqttException($"the client certificate {file} cannot be read with its key: {e.Message}", e);
        }
    }

    private static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;
}
