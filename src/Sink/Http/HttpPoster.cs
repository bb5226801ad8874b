namespace Thrum.Sink.Http;

/// <summary>
/// Sends single requests to one address, one at a time, over one connection that stays open. Redirects are not followed: a body with secrets in its
/// headers goes only where the configuration says.
/// </summary>
internal sealed class HttpPoster : IDisposable
{
    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <param name="address">Where requests go; no proxy is used for this machine.</param>
    /// <param name="timeout">Longest time for one request.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="publicOnly">True to refuse addresses inside the own network.</param>
    public HttpPoster(Uri address, TimeSpan timeout, TimeProvider time, bool publicOnly = false)
    {
        _timeout = timeout;
        _time = time;
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !address.IsLoopback,
            MaxConnectionsPerServer = 1,
            ConnectTimeout = timeout,
            // A name may come to mean another address; a connection that never ends would not see it.
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        };
        if (publicOnly)
        {
            handler.ConnectCallback = (context, token) => AddressGuard.ConnectAsync(address.Host, context.DnsEndPoint, token);
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends what <paramref name="request"/> makes of the content, and says what came of it.</summary>
    public async ValueTask<HttpReply> PostAsync<T>(Func<T, HttpRequestMessage> request, T content, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(_timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using HttpRequestMessage message = request(content);
            using HttpResponseMessage response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await HttpReply.FromAsync(response, _time, either.Token);
        }
        catch (HttpRequestException error) when (error.InnerException is PrivateAddressException guarded)
        {
            return new HttpReply(ReplyKind.Misconfigured, guarded.Message, null);
        }
        catch (HttpRequestException error)
        {
            return HttpReply.FromError(error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HttpReply.NoAnswer(_timeout);
        }
    }

    public void Dispose() => _client.Dispose();
}
