using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Tests.Support;

/// <summary>Certificates that vouch for themselves, each with a key of its own.</summary>
internal static class SelfSigned
{
    /// <summary>A certificate and its key as PEM.</summary>
    public static (string Certificate, string Key, string Hash) Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway.example", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), certificate.GetCertHashString());
    }

    /// <summary>Settings of a certificate whose files are written to a folder.</summary>
    public static HttpTlsOptions WriteTo(string folder)
    {
        (string certificate, string key, _) = Create();
        HttpTlsOptions options = new() { CertificateFile = Path.Combine(folder, "cert.pem"), KeyFile = Path.Combine(folder, "key.pem") };
        File.WriteAllText(options.CertificateFile, certificate);
        File.WriteAllText(options.KeyFile, key);
        return options;
    }
}
