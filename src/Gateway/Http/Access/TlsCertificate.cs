using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Http.Access;

/// <summary>
/// The certificate of the endpoint. Every new connection looks whether its files changed, so that a renewed one serves without a
/// restart; while they cannot be read, or do not belong together yet, the one before goes on. Thread-safe.
/// </summary>
internal sealed class TlsCertificate
{
    private readonly Lock _gate = new();
    private readonly HttpTlsOptions _options;
    private readonly ILogger<TlsCertificate> _logger;
    private (DateTime, DateTime) _version;
    private SslStreamCertificateContext _current;

    /// <summary>Reads the files.</summary>
    /// <exception cref="ConfigurationException">They cannot be read, or are no certificate with its key.</exception>
    public TlsCertificate(HttpTlsOptions options, ILogger<TlsCertificate> logger)
    {
        _options = options;
        _logger = logger;
        _version = Version();
        try
        {
            _current = Read();
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new ConfigurationException([$"Http:Tls:CertificateFile is '{options.CertificateFile}' and KeyFile '{options.KeyFile}', expected a certificate and its key in PEM: {e.Message}"], e);
        }
    }

    /// <summary>What a connection that begins now shows.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_gate)
        {
            (DateTime, DateTime) version = Version();
            if (version != _version)
            {
                // Said and tried once for each state of the files.
                _version = version;
                try
                {
                    _current = Read();
                    Log.CertificateRead(_logger, _options.CertificateFile, _current.TargetCertificate.NotAfter.ToUniversalTime());
                }
                catch (Exception e) when (IsUnreadable(e))
                {
                    Log.CertificateNotRead(_logger, _options.CertificateFile, e.Message);
                }
            }

            return _current;
        }
    }

    private (DateTime, DateTime) Version() => (File.GetLastWriteTimeUtc(_options.CertificateFile), File.GetLastWriteTimeUtc(_options.KeyFile));

    private SslStreamCertificateContext Read()
    {
        var certificate = X509Certificate2.CreateFromPemFile(_options.CertificateFile, _options.KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_options.CertificateFile);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;
}
