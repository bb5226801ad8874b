using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Thrum.Sink.Http;

/// <summary>What a server said to one request.</summary>
/// <param name="Status">The status, or null without an answer.</param>
/// <param name="Text">The first part of the answer's body, at most 1 MiB, or why there is none.</param>
/// <param name="Date">The server's clock, to the second, where it tells.</param>
public sealed record HttpAnswer(int? Status, string Text, DateTimeOffset? Date);

/// <summary>Asks a server once, without a queue and without following redirects: for people who look for a fault.</summary>
public static class HttpProbe
{
    private const int MostBytes = 1 << 20;

    /// <summary>Reads an address.</summary>
    /// <param name="url">The address.</param>
    /// <param name="timeout">Longest time for it all.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="token">A bearer token; null for none.</param>
    /// <param name="certificate">The only certificate that is taken, whoever vouches for it; null for any that is vouched for.</param>
    public static async Task<HttpAnswer> GetAsync(
        Uri url, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken, string? token = null, X509Certificate2? certificate = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await SendAsync(request, timeout, time, cancellationToken, certificate);
    }

    internal static async Task<HttpAnswer> SendAsync(
        HttpRequestMessage request, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken, X509Certificate2? certificate = null)
    {
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, UseProxy = request.RequestUri?.IsLoopback == false, ConnectTimeout = timeout };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, faults) =>
            certificate is null ? faults == SslPolicyErrors.None : shown is not null && certificate.RawDataMemory.Span.SequenceEqual(shown.GetRawCertData());
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            byte[] bytes = new byte[MostBytes];
            await using System.IO.Stream body = await response.Content.ReadAsStreamAsync(either.Token);
            int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
            return new HttpAnswer((int)response.StatusCode, Encoding.UTF8.GetString(bytes, 0, length), response.Headers.Date);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new HttpAnswer(null, error.Message, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HttpAnswer(null, FormattableString.Invariant($"no answer within {timeout.TotalSeconds} s"), null);
        }
    }
}
