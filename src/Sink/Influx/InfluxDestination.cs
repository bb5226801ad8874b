using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Sink.Http;
using Thrum.Sink.Store;

namespace Thrum.Sink.Influx;

/// <summary>
/// Writes scores and alarm transitions to InfluxDB 1, 2, 3 or VictoriaMetrics. A write encodes into the body being filled; one
/// task sends full bodies in order over one connection. An outage drops nothing: memory fills, then the outbox on disk, then
/// writes wait. Afterwards the backlog goes out oldest first, and in turn with it what is new. What is undelivered at the drain deadline goes to the outbox, and out at the next start.
/// </summary>
public sealed class InfluxDestination : IScoreDestination, IAsyncDisposable
{
    /// <summary>How long the server may take before bodies that have to survive a crash are copied to disk.</summary>
    private static readonly TimeSpan DurableWait = TimeSpan.FromSeconds(1);

    private readonly InfluxOptions _options;
    private readonly Outbox? _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AsyncSignal _work = new();
    private readonly AsyncSignal _room = new();
    private readonly AsyncSignal _delivered = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly BodyAssembler _bodies;
    private readonly InfluxSender _sender;
    private readonly Task _loop;
    private readonly SpillEpisode _spill;
    private readonly ShutdownKeeper _keeper;
    private readonly OldestWaiting _oldest;
    private readonly Histogram<double>? _deliverySeconds;
    private bool _sendingFromMemory;
    private bool _liveBefore;
    private volatile bool _completing;

    private InfluxDestination(InfluxOptions options, LocalStore? store, Outbox? outbox, TimeProvider time, ILogger logger, Histogram<double>? deliverySeconds)
    {
        _deliverySeconds = deliverySeconds;
        _options = options;
        _outbox = outbox;
        _time = time;
        _logger = logger;
        _bodies = new BodyAssembler(options, outbox, _work, time);
        Counters = new StageCounters(options.Id, "point", () => _bodies.Points + (_outbox?.Points ?? 0));
        Counters.AddReceived(outbox?.Points ?? 0);
        _spill = new SpillEpisode(options, logger);
        _keeper = new ShutdownKeeper(options.Id, outbox, _bodies, Counters, time, logger);
        _oldest = new OldestWaiting(time);
        _sender = new InfluxSender(options, store, Counters, time, logger);
        Health = new DeliveryHealth(options.Id, _sender.Delivery, () => _oldest.Age);
        _loop = Task.Run(SendAsync);
    }

    /// <inheritdoc/>
    public string Name => _options.Id;

    /// <summary>
    /// Points: received counts those encoded and those found in the outbox at the start. After completion received = sent + dropped
    /// + <see cref="OutboxPoints"/>.
    /// </summary>
    public StageCounters Counters { get; }

    /// <summary>Points that wait in the outbox on disk.</summary>
    public long OutboxPoints => _outbox?.Points ?? 0;

    /// <summary>Whether the server is reached, and how long points wait.</summary>
    public DeliveryHealth Health { get; }

    /// <summary>Creates the destination and begins to send what the outbox kept from before.</summary>
    /// <param name="options">Settings without <see cref="InfluxOptions.Faults"/>.</param>
    /// <param name="store">Where the outbox is; without one, a full memory queue makes writes wait, and an outage at shutdown loses what it holds.</param>
    /// <param name="time">The clock of delays, retries and latencies.</param>
    /// <param name="logger">Where episodes are told.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <param name="deliverySeconds">Where the time from reading the oldest message of a body to the server's answer is recorded, s, with the tag <c>destination</c>; of bodies delivered from memory.</param>
    /// <exception cref="ArgumentException">The settings have faults.</exception>
    public static async Task<InfluxDestination> CreateAsync(
        InfluxOptions options, LocalStore? store, TimeProvider time, ILogger<InfluxDestination> logger, CancellationToken cancellationToken, Histogram<double>? deliverySeconds = null)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        Outbox? outbox = store is null ? null : await store.OpenOutboxAsync(options.Id, options.OutboxBytes, cancellationToken);
        return new InfluxDestination(options, store, outbox, time, logger, deliverySeconds);
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        if (_loop.IsFaulted)
        {
            await _loop;
        }

        int items = BodyAssembler.ItemsOf(batch);
        int next = Encode(batch, 0);
        while (next < items)
        {
            await MakeRoomAsync(cancellationToken);
            next = Encode(batch, next);
        }

        if (_bodies.TakeAlarms() is { } alarms)
        {
            await SpillAsync(alarms, _outbox!, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask MakeDurableAsync(CancellationToken cancellationToken)
    {
        if (_outbox is null)
        {
            return ValueTask.CompletedTask;
        }

        // Both settle their place before the first wait.
        Task onDisk = _bodies.Close() is { } last ? AppendAsync(_outbox, last) : Task.CompletedTask;
        return SecureAsync(onDisk, _bodies.NewestInMemory(), _outbox, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_bodies.Close() is { } last)
            {
                await _keeper.KeepLastAsync(last);
            }

            _completing = true;
            _work.Set();
            await _loop.WaitAsync(cancellationToken);
        }
        catch (Exception error) when (error is StoreException || cancellationToken.IsCancellationRequested)
        {
            await _stop.CancelAsync();
            await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _keeper.KeepAsync(_sendingFromMemory ? _sender.Settled : (0, 0));
        }

        if (OutboxPoints > 0)
        {
            _logger.KeptAtShutdown(Name, OutboxPoints);
        }
    }

    /// <summary>Ends sending at once and frees connection and memory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sender.Dispose();
        if (!_keeper.IsMemoryInUse)
        {
            _bodies.Dispose();
        }
    }

    private int Encode(ScoreBatch batch, int from)
    {
        int next = _bodies.Encode(batch, from, out int points);
        Counters.AddReceived(points);
        return next;
    }

    /// <summary>The memory queue is full or passed by: the full body goes to the outbox, or this waits.</summary>
    private async ValueTask MakeRoomAsync(CancellationToken cancellationToken)
    {
        if (_outbox is null)
        {
            await WaitForRoomAsync(cancellationToken);
            return;
        }

        if (_bodies.TakeForDisk() is { } body)
        {
            await SpillAsync(body, _outbox, cancellationToken);
        }
    }

    private async ValueTask SpillAsync(PointBody body, Outbox outbox, CancellationToken cancellationToken)
    {
        try
        {
            _spill.Begin();
            while (!outbox.HasRoom(body.Buffer.Length))
            {
                _spill.Full();
                await WaitForRoomAsync(cancellationToken);
            }

            _spill.HasRoom();
        }
        catch
        {
            _bodies.PutBack(body);
            throw;
        }

        await AppendAsync(outbox, body);
    }

    private async Task AppendAsync(Outbox outbox, PointBody body)
    {
        // The bytes belong to the store until it is done with them, so this wait is not cancelled.
        await outbox.AppendAsync(new OutboxBody(body.Buffer.Written, body.Points, ""), CancellationToken.None);
        _bodies.Return(body);
        _work.Set();
    }

    /// <summary>Ends when what memory held is delivered or copied to disk; the copies go as their bodies are delivered.</summary>
    private async ValueTask SecureAsync(Task onDisk, long through, Outbox outbox, CancellationToken cancellationToken)
    {
        await onDisk;
        using CancellationTokenSource patience = new(DurableWait, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (_bodies.HasUncopied(through))
            {
                if (Health.Circuit == DeliveryCircuit.Open)
                {
                    await CopyAsync(through, outbox);
                    return;
                }

                await _delivered.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await CopyAsync(through, outbox);
        }
    }

    private async ValueTask CopyAsync(long through, Outbox outbox)
    {
        TaskCompletionSource copied = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            IReadOnlyList<PointBody> bodies = _bodies.TakeUncopied(through, copied.Task);
            await outbox.CopyAsync([.. bodies.Select(body => (body.Sequence, new OutboxBody(body.Buffer.Written, body.Points, "")))], CancellationToken.None);
        }
        finally
        {
            copied.SetResult();
        }
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        await _room.WaitAsync(either.Token);
        if (_loop.IsFaulted)
        {
            await _loop;
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (await SendNextAsync())
            {
                _bodies.SealWhenDue();
                _room.Set();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The drain deadline passed or the destination is disposed.
        }
        finally
        {
            _room.Set();
        }
    }

    /// <summary>Sends the next body, or waits for one; false when there is none and none will come.</summary>
    private async ValueTask<bool> SendNextAsync()
    {
        _ = _bodies.TryPeek(out PointBody? body);
        if (body is not null && (!body.IsLive || !_liveBefore || _bodies.OnDisk == 0))
        {
            _liveBefore = body.IsLive;
            await SendFromMemoryAsync(body);
        }
        else if (_bodies.OnDisk > 0 && await _outbox!.PeekAsync(body?.Sequence, _stop.Token) is { } row)
        {
            _liveBefore = false;
            await SendFromDiskAsync(row, _outbox);
        }
        else if (body is not null)
        {
            _liveBefore = false;
        }
        else
        {
            _oldest.None();
            if (_completing && _bodies.OnDisk == 0)
            {
                return false;
            }

            await _work.WaitAsync(_stop.Token);
        }

        return true;
    }

    private async ValueTask SendFromMemoryAsync(PointBody body)
    {
        _sendingFromMemory = true;
        if (!body.IsLive)
        {
            _oldest.Since(_time.GetUtcNow() - AgeOf(body));
        }

        await _sender.DeliverAsync(body.Buffer.Written, body.Points, _stop.Token);
        if (body.ReceivedTimestamp > 0)
        {
            _deliverySeconds?.Record(AgeOf(body).TotalSeconds, new KeyValuePair<string, object?>("destination", Name));
        }

        if (_bodies.Delivered() is { } copy)
        {
            // The store reads the body until the copy is made.
            await copy.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _outbox!.RemoveCopyAsync(body.Sequence, _stop.Token);
            _ = _bodies.Delivered(copyRemoved: true);
        }

        _sendingFromMemory = false;
        _delivered.Set();
    }

    private async ValueTask SendFromDiskAsync(OutboxRow row, Outbox outbox)
    {
        _oldest.Since(row.Created);
        await _sender.DeliverAsync(row.Body, row.Points, _stop.Token);
        await outbox.RemoveAsync(row, _stop.Token);
        if (_bodies.RemovedFromDisk())
        {
            _spill.End();
        }
    }

    private TimeSpan AgeOf(PointBody body) => body.ReceivedTimestamp > 0 ? _time.GetElapsedTime(body.ReceivedTimestamp) : TimeSpan.Zero;
}
