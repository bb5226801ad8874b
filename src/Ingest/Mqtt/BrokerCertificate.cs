using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Mqtt;

/// <summary>The certificate that a broker shows.</summary>
/// <param name="Subject">Whom it names.</param>
/// <param name="NotBefore">When it begins to be valid.</param>
/// <param name="NotAfter">When it ends to be valid.</param>
/// <param name="IsTrusted">True when it is valid now, for this host, and from an authority that is trusted.</param>
public sealed record BrokerCertificate(string Subject, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsTrusted)
{
    /// <summary>Begins a TLS handshake with the broker of <see cref="MqttSessionOptions.Host"/> to see its certificate, trusted or not; nothing is sent over it.</summary>
    /// <param name="options">The broker, with a transport over TLS.</param>
    /// <param name="time">The clock of the time limit.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null when none was shown: no connection, no TLS, or too slow.</returns>
    /// <exception cref="MqttException">Our own certificate files cannot be read.</exception>
    public static async Task<BrokerCertificate?> ReadAsync(MqttSessionOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        SslClientAuthenticationOptions settings = TlsSettings.Read(options.Tls, options.Host);
        BrokerCertificate? seen = null;
        settings.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            if (certificate is X509Certificate2 shown)
            {
                seen = new BrokerCertificate(shown.Subject, shown.NotBefore.ToUniversalTime(), shown.NotAfter.ToUniversalTime(), errors == SslPolicyErrors.None);
            }

            return errors == SslPolicyErrors.None;
        };
        using CancellationTokenSource timeout = new(options.ConnectTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(options.Host, options.Port, either.Token);
            await using var secure = new SslStream(new NetworkStream(socket));
            await secure.AuthenticateAsClientAsync(settings, either.Token);
        }
        catch (Exception e) when (MqttConnection.IsBroken(e) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What matters is whether a certificate was seen; the session says why a connection fails.
        }

        return seen;
    }
}
