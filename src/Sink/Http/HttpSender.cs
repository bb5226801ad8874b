using Polly;
using Polly.Retry;
using Thrum.Detector.Durability;
using Thrum.Detector.Stages;

namespace Thrum.Sink.Http;

/// <summary>How long to wait between attempts.</summary>
/// <param name="First">Before the second attempt; doubled each time, with jitter.</param>
/// <param name="Longest">Bound of that.</param>
internal readonly record struct RetryDelays(TimeSpan First, TimeSpan Longest);

/// <summary>
/// Sends one request until the server takes it or finds fault with its content; outages are waited out without end. One request
/// at a time, over one connection that stays open. Redirects are not followed: a body with secrets in its headers goes only
/// where the configuration says.
/// </summary>
internal sealed class HttpSender : IDisposable
{
    /// <summary>Longest wait that a server may ask for.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly StageCounters _counters;
    private readonly OutageEpisode _episode;
    private readonly Func<HttpReply, HttpReply> _judge;
    private readonly ResiliencePipeline<HttpReply> _pipeline;

    /// <param name="address">Where requests go; no proxy is used for this machine.</param>
    /// <param name="timeout">Longest time for one attempt.</param>
    /// <param name="delays">Waits between attempts.</param>
    /// <param name="time">The clock of both.</param>
    /// <param name="counters">Where failed attempts count as errors.</param>
    /// <param name="episode">Where outages are told.</param>
    /// <param name="judge">What this server means where it differs from the rule; null for the rule.</param>
    /// <param name="publicOnly">True to refuse addresses inside the own network.</param>
    public HttpSender(
        Uri address, TimeSpan timeout, RetryDelays delays, TimeProvider time, StageCounters counters, OutageEpisode episode,
        Func<HttpReply, HttpReply>? judge = null, bool publicOnly = false)
    {
        _judge = judge ?? (static reply => reply);
        _timeout = timeout;
        _time = time;
        _counters = counters;
        _episode = episode;
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
        _pipeline = new ResiliencePipelineBuilder<HttpReply> { TimeProvider = time }.AddRetry(RetryOptions(delays)).Build();
    }

    /// <summary>Sends what <paramref name="request"/> makes, anew for each attempt; the answer is accepted, refused or too large.</summary>
    public ValueTask<HttpReply> SendAsync<T>(Func<T, HttpRequestMessage> request, T content, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync(
            static (work, token) => work.Sender.AttemptAsync(work.Request, work.Content, token),
            (Sender: this, Request: request, Content: content),
            cancellationToken);

    /// <summary>Sends once, whatever comes of it.</summary>
    public ValueTask<HttpReply> TryOnceAsync<T>(Func<T, HttpRequestMessage> request, T content, CancellationToken cancellationToken) =>
        PostAsync(request, content, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async ValueTask<HttpReply> AttemptAsync<T>(Func<T, HttpRequestMessage> request, T content, CancellationToken cancellationToken)
    {
        CrashPoints.Pass(CrashPoint.BeforeHttpWrite);
        HttpReply reply = _judge(await PostAsync(request, content, cancellationToken));
        CrashPoints.Pass(CrashPoint.AfterHttpWrite);
        switch (reply.Kind)
        {
            case ReplyKind.Transient:
                _counters.AddError();
                _episode.Failed(reply.Words);
                break;
            case ReplyKind.Misconfigured:
                _counters.AddError();
                _episode.Misconfigured(reply.Words);
                break;
            default:
                _episode.Reached();
                break;
        }

        return reply;
    }

    private async ValueTask<HttpReply> PostAsync<T>(Func<T, HttpRequestMessage> request, T content, CancellationToken cancellationToken)
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
            return new HttpReply(ReplyKind.Transient, FormattableString.Invariant($"no answer within {_timeout.TotalSeconds} s"), null);
        }
    }

    private static RetryStrategyOptions<HttpReply> RetryOptions(RetryDelays delays) => new()
    {
        MaxRetryAttempts = int.MaxValue,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = delays.First,
        MaxDelay = delays.Longest,
        ShouldHandle = static attempt => ValueTask.FromResult(
            attempt.Outcome.Exception is null && attempt.Outcome.Result.Kind is ReplyKind.Transient or ReplyKind.Misconfigured),
        // No answer here means the backoff above.
        DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Result switch
        {
            { RetryAfter: { } asked } => asked < LongestRetryAfter ? asked : LongestRetryAfter,
            { Kind: ReplyKind.Misconfigured } => delays.Longest,
            _ => (TimeSpan?)null,
        }),
    };
}
