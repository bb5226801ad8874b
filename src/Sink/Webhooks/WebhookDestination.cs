using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Stages;
using Thrum.Sink.Http;
using Thrum.Sink.Store;
using Thrum.Sink.Webhooks.Formats;

namespace Thrum.Sink.Webhooks;

/// <summary>
/// Posts one event per alarm transition in the receiver's format, signed as Standard Webhooks 1.0 when a secret is set. Events come
/// from the local store, where <see cref="HistoryDestination"/> puts them in the transaction that stores the transition, so none
/// is lost to a crash; they go out one at a time in the order they were decided, and a dead receiver holds up nobody else. A
/// receiver may see an event twice and knows it by its id.
/// </summary>
public sealed class WebhookDestination : ITransitionOutbox, IAsyncDisposable
{
    private readonly WebhookOptions _options;
    private readonly IWebhookFormat _format;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WebhookRequests _requests;
    private readonly HttpPoster _http;
    private readonly PersistentDelivery _delivery;
    private readonly Func<OutboxRow, CancellationToken, ValueTask<HttpReply>> _attempt;
    private readonly OldestWaiting _oldest;
    private readonly AsyncSignal _work = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private bool _saidOverflow;
    private volatile bool _completing;

    private WebhookDestination(WebhookOptions options, IWebhookFormat format, Outbox outbox, TimeProvider time, ILogger logger)
    {
        _options = options;
        _format = format;
        _requests = new WebhookRequests(options, format.MediaType, time);
        _outbox = outbox;
        _oldest = new OldestWaiting(time);
        _time = time;
        _logger = logger;
        Counters = new StageCounters(options.Id, "event", () => _outbox.Points);
        Counters.AddReceived(outbox.Points);
        RetryDelays delays = new(options.RetryDelay, options.MaxRetryDelay);
        _http = new HttpPoster(_requests.Url, options.Timeout, time, publicOnly: !options.AllowPrivateAddresses);
        _delivery = new PersistentDelivery(options.Timeout, delays, time, Counters, new OutageEpisode(options.Id, time, logger), GoneIsFinal);
        Func<OutboxRow, HttpRequestMessage> request = row => _requests.Create(row.Identity, row.Body);
        _attempt = (row, token) => _http.PostAsync(request, row, token);
        Health = new DeliveryHealth(options.Id, _delivery, () => _oldest.Age);
        _loop = Task.Run(SendAsync);
    }

    /// <summary>Short name, unique among the destinations.</summary>
    public string Name => _options.Id;

    /// <summary>Events: received counts those stored and those found at the start. After completion received = sent + dropped + <see cref="Waiting"/>.</summary>
    public StageCounters Counters { get; }

    /// <summary>Whether the receiver is reached, and how long events wait.</summary>
    public DeliveryHealth Health { get; }

    /// <summary>Events that wait in the store.</summary>
    public long Waiting => _outbox.Rows;

    Outbox ITransitionOutbox.Outbox => _outbox;

    /// <summary>Creates the destination and begins to send what waits from before. Give it to a <see cref="HistoryDestination"/>.</summary>
    /// <param name="options">Settings without <see cref="WebhookOptions.Faults"/>.</param>
    /// <param name="source">This gateway: the events' source is <c>/thrum/</c> and its name.</param>
    /// <param name="store">Where events wait.</param>
    /// <param name="time">The clock of signatures and retries.</param>
    /// <param name="logger">Where episodes are told.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="ArgumentException">The settings have faults.</exception>
    public static async Task<WebhookDestination> CreateAsync(
        WebhookOptions options, EventSource source, LocalStore store, TimeProvider time, ILogger<WebhookDestination> logger, CancellationToken cancellationToken)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        Outbox outbox = await store.OpenOutboxAsync("webhook:" + options.Id, long.MaxValue, cancellationToken);
        IReadOnlyList<AlarmTransition> latest = await store.QueryLatestTransitionsAsync(cancellationToken);
        return new WebhookDestination(options, options.CreateFormat(source, latest, time), outbox, time, logger);
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
        return new OutboxBody(_format.Encode(id, transition), 1, id);
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
            await RepeatAsync();
            while (!Health.IsGone)
            {
                if (await _outbox.PeekAsync(_stop.Token) is { } row)
                {
                    _oldest.Since(row.Created);
                    await SendAsync(row);
                    _oldest.None();
                }
                else if (_completing)
                {
                    return;
                }
                else if (!await _work.WaitAsync(_options.RepeatInterval, _time, _stop.Token))
                {
                    await RepeatAsync();
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
        TimeSpan left = row.Created + _options.MaxAge - _time.GetUtcNow();
        using CancellationTokenSource expired = new(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(expired.Token, _stop.Token);
        try
        {
            HttpReply reply = await _delivery.SendAsync(_attempt, row, either.Token);
            if (IsGone(reply))
            {
                return;
            }

            await _outbox.RemoveAsync(row, _stop.Token);
            Count(row, reply);
        }
        catch (OperationCanceledException) when (expired.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            await _outbox.RemoveAsync(row, _stop.Token);
            Counters.AddDropped(DropReason.Expired);
            _logger.WebhookExpired(Name, row.Identity, _options.MaxAge);
        }
    }

    private void Count(OutboxRow row, HttpReply reply)
    {
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

    /// <summary>Says again what the receiver would forget. It counts as no event, and a receiver that is away is waited for as for an event.</summary>
    private async Task RepeatAsync()
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach ((int part, byte[] body) in _format.Repeat().Index())
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"{Name}-repeat-{now.ToUnixTimeSeconds()}-{part}");
            if (IsGone(await _delivery.SendAsync(_attempt, new OutboxRow(0, 0, id, body, now), _stop.Token)))
            {
                return;
            }
        }
    }

    /// <summary>Ends the sending when the receiver says so. The event that was answered stays and is what the next start asks with.</summary>
    private bool IsGone(HttpReply reply)
    {
        if (reply.Status == HttpStatusCode.Gone)
        {
            Health.IsGone = true;
            _logger.WebhookGone(Name, Waiting);
        }

        return Health.IsGone;
    }

    /// <summary>410 means that nobody will ever listen there again (Standard Webhooks 1.0): trying on is pointless until people act.</summary>
    private static HttpReply GoneIsFinal(HttpReply reply) => reply.Status == HttpStatusCode.Gone ? reply with { Kind = ReplyKind.Refused } : reply;

    private void SayOverflow()
    {
        if (!_saidOverflow)
        {
            _saidOverflow = true;
            _logger.WebhookOverflow(Name, _options.MaxWaiting);
        }
    }
}
