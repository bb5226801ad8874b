using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Stages;
using Thrum.Sink.Http;
using Thrum.Sink.Store;

namespace Thrum.Sink.Webhooks;

/// <summary>
/// Posts one CloudEvents 1.0 event per alarm transition, signed as Standard Webhooks 1.0 when a secret is set. Events come
/// from the local store, where <see cref="HistoryDestination"/> puts them in the transaction that stores the transition, so none
/// is lost to a crash; they go out one at a time in the order they were decided, and a dead receiver holds up nobody else. A
/// receiver may see an event twice and knows it by its id.
/// </summary>
public sealed class WebhookDestination : ITransitionOutbox, IAsyncDisposable
{
    private readonly WebhookOptions _options;
    private readonly string _gateway;
    private readonly Uri _url;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WebhookSigner? _signer;
    private readonly HttpSender _http;
    private readonly Func<OutboxRow, HttpRequestMessage> _request;
    private readonly AsyncSignal _work = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private bool _saidOverflow;
    private volatile bool _completing;

    private WebhookDestination(WebhookOptions options, string gateway, Outbox outbox, TimeProvider time, ILogger logger)
    {
        _options = options;
        _gateway = gateway;
        _url = new Uri(options.Url);
        _outbox = outbox;
        _time = time;
        _logger = logger;
        _signer = options.Secret.Length > 0 ? new WebhookSigner(options.Secret) : null;
        Counters = new StageCounters(options.Id, "event", () => _outbox.Points);
        Counters.AddReceived(outbox.Points);
        RetryDelays delays = new(options.RetryDelay, options.MaxRetryDelay);
        _http = new HttpSender(_url, options.Timeout, delays, time, Counters, new OutageEpisode(options.Id, time, logger));
        _request = Request;
        _loop = Task.Run(SendAsync);
    }

    /// <summary>Short name, unique among the destinations.</summary>
    public string Name => _options.Id;

    /// <summary>Events: received counts those stored and those found at the start. After completion received = sent + dropped + <see cref="Waiting"/>.</summary>
    public StageCounters Counters { get; }

    /// <summary>Events that wait in the store.</summary>
    public long Waiting => _outbox.Rows;

    Outbox ITransitionOutbox.Outbox => _outbox;

    /// <summary>Creates the destination and begins to send what waits from before. Give it to a <see cref="HistoryDestination"/>.</summary>
    /// <param name="options">Settings without <see cref="WebhookOptions.Faults"/>.</param>
    /// <param name="gateway">Name of this gateway: the events' source is <c>/thrum/</c> and this name.</param>
    /// <param name="store">Where events wait.</param>
    /// <param name="time">The clock of signatures and retries.</param>
    /// <param name="logger">Where episodes are told.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="ArgumentException">The settings have faults.</exception>
    public static async Task<WebhookDestination> CreateAsync(
        WebhookOptions options, string gateway, LocalStore store, TimeProvider time, ILogger<WebhookDestination> logger, CancellationToken cancellationToken)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        Outbox outbox = await store.OpenOutboxAsync("webhook:" + options.Id, long.MaxValue, cancellationToken);
        return new WebhookDestination(options, gateway, outbox, time, logger);
    }

    /// <summary>Delivers what waits until <paramref name="cancellationToken"/> says that the drain deadline passed; the rest stays for the next start.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        _completing = true;
        _work.Set();
        try
        {
            await _loop.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await _stop.CancelAsync();
            await _loop;
            _logger.KeptAtShutdown(Name, Waiting);
        }
    }

    /// <summary>Ends sending at once; what waits stays in the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
    }

    /// <summary>Throws what ended the sending before its time.</summary>
    internal void ThrowIfFaulted()
    {
        if (_loop.IsFaulted)
        {
            _loop.GetAwaiter().GetResult();
        }
    }

    OutboxBody ITransitionOutbox.Encode(AlarmTransition transition)
    {
        string id = CloudEvent.IdOf(_options.Id, transition);
        return new OutboxBody(CloudEvent.Encode(id, _gateway, transition), 1, id);
    }

    async ValueTask ITransitionOutbox.AddedAsync(int messages)
    {
        Counters.AddReceived(messages);
        _work.Set();
        if (_outbox.Rows > _options.MaxWaiting)
        {
            Counters.AddDropped(DropReason.Overflow, await _outbox.DropOldestAsync(_outbox.Rows - _options.MaxWaiting));
            SayOverflow();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                if (await _outbox.PeekAsync(_stop.Token) is { } row)
                {
                    await SendAsync(row);
                }
                else if (_completing)
                {
                    return;
                }
                else
                {
                    await _work.WaitAsync(_stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The drain deadline passed or the destination is disposed.
        }
    }

    private async Task SendAsync(OutboxRow row)
    {
        HttpReply reply = await _http.SendAsync(_request, row, _stop.Token);
        await _outbox.RemoveAsync(row, _stop.Token);
        if (reply.Kind == ReplyKind.Accepted)
        {
            _saidOverflow = false;
            Counters.AddSent(1);
        }
        else
        {
            Counters.AddDropped(DropReason.Refused);
            _logger.WebhookRefused(Name, row.Identity, reply.Words);
        }
    }

    private void SayOverflow()
    {
        if (!_saidOverflow)
        {
            _saidOverflow = true;
            _logger.WebhookOverflow(Name, _options.MaxWaiting);
        }
    }

    private HttpRequestMessage Request(OutboxRow row)
    {
        HttpRequestMessage request = new(HttpMethod.Post, _url) { Content = new ByteArrayContent(row.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEvent.MediaType, "utf-8");
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", row.Identity);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        if (_signer is not null)
        {
            request.Headers.Add("webhook-signature", _signer.Sign(row.Identity, now, row.Body));
        }

        return request;
    }
}
