using Microsoft.Extensions.Logging;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Sink.Http;
using Thrum.Sink.Store;

namespace Thrum.Sink.Influx;

/// <summary>
/// Writes scores and alarm transitions to InfluxDB 1, 2, 3 or VictoriaMetrics. A write encodes into the body being filled; one
/// task sends full bodies in order over one connection. An outage drops nothing: memory fills, then the outbox on disk, then
/// writes wait. What is undelivered at the drain deadline goes to the outbox, and out at the next start.
/// </summary>
public sealed class InfluxDestination : IScoreDestination, IAsyncDisposable
{
    private static readonly TimeSpan KeepDeadline = TimeSpan.FromSeconds(5);

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
    private bool _sendingFromMemory;
    private bool _spilling;
    private bool _saidFull;
    private bool _memoryInUse;
    private volatile bool _completing;

    private InfluxDestination(InfluxOptions options, Outbox? outbox, TimeProvider time, ILogger logger)
    {
        _options = options;
        _outbox = outbox;
        _time = time;
        _logger = logger;
        _bodies = new BodyAssembler(options, outbox, _work, time);
        Counters = new StageCounters(options.Id, "point", () => _bodies.Points + (_outbox?.Points ?? 0));
        Counters.AddReceived(outbox?.Points ?? 0);
        _sender = new InfluxSender(options, Counters, time, logger);
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

    /// <summary>Per body delivered from memory: time from reading its oldest message to the server's answer.</summary>
    public LatencyHistogram DeliveryLatency { get; } = new();

    /// <summary>Creates the destination and begins to send what the outbox kept from before.</summary>
    /// <param name="options">Settings without <see cref="InfluxOptions.Faults"/>.</param>
    /// <param name="store">Where the outbox is; without one, a full memory queue makes writes wait, and an outage at shutdown loses what it holds.</param>
    /// <param name="time">The clock of delays, retries and latencies.</param>
    /// <param name="logger">Where episodes are told.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="ArgumentException">The settings have faults.</exception>
    public static async Task<InfluxDestination> CreateAsync(
        InfluxOptions options, LocalStore? store, TimeProvider time, ILogger<InfluxDestination> logger, CancellationToken cancellationToken)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        Outbox? outbox = store is null ? null : await store.OpenOutboxAsync(options.Id, options.OutboxBytes, cancellationToken);
        return new InfluxDestination(options, outbox, time, logger);
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
                await KeepLastAsync(last);
            }

            _completing = true;
            _work.Set();
            await _loop.WaitAsync(cancellationToken);
        }
        catch (Exception error) when (error is StoreException || cancellationToken.IsCancellationRequested)
        {
            await _stop.CancelAsync();
            await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await KeepAsync();
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
        if (!_memoryInUse)
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

        if (_bodies.TakeForDisk() is not { } body)
        {
            return;
        }

        try
        {
            BeginSpilling();
            while (!_outbox.HasRoom(body.Buffer.Length))
            {
                SayFull();
                await WaitForRoomAsync(cancellationToken);
            }

            _saidFull = false;
        }
        catch
        {
            _bodies.PutBack(body);
            throw;
        }

        await AppendAsync(_outbox, body);
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

    /// <summary>Sends the oldest body, or waits for one; false when there is none and none will come.</summary>
    private async ValueTask<bool> SendNextAsync()
    {
        if (_bodies.TryPeek(out PointBody? body))
        {
            _sendingFromMemory = true;
            await _sender.DeliverAsync(body!.Buffer.Written, body.Points, _stop.Token);
            if (body.ReceivedTimestamp > 0)
            {
                DeliveryLatency.Record(_time.GetElapsedTime(body.ReceivedTimestamp));
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
        else if (_bodies.OnDisk > 0 && await _outbox!.PeekAsync(_stop.Token) is { } row)
        {
            await _sender.DeliverAsync(row.Body, row.Points, _stop.Token);
            await _outbox.RemoveAsync(row, _stop.Token);
            if (_bodies.RemovedFromDisk())
            {
                EndSpilling();
            }
        }
        else if (_completing && _bodies.OnDisk == 0)
        {
            return false;
        }
        else
        {
            await _work.WaitAsync(_stop.Token);
        }

        return true;
    }

    /// <summary>The last body at shutdown goes behind what the outbox holds, whatever its bound.</summary>
    private async ValueTask KeepLastAsync(PointBody last)
    {
        OutboxBody body = new(last.Buffer.Written, last.Points, "");
        if (!await TryKeepAsync(() => _outbox!.AppendAsync(body, CancellationToken.None), last.Points))
        {
            _bodies.RemovedFromDisk();
        }
    }

    /// <summary>What memory still holds goes to its place in the outbox.</summary>
    private async ValueTask KeepAsync()
    {
        List<(long Sequence, OutboxBody Body)> rest = [];
        long points = 0;
        (int bytes, int settled) = _sendingFromMemory ? _sender.Settled : (0, 0);
        foreach (PointBody body in _bodies.Waiting())
        {
            OutboxBody kept = new(body.Buffer.Written[bytes..], body.Points - settled, "");
            (bytes, settled) = (0, 0);
            if (kept.Points > 0)
            {
                rest.Add((body.Sequence, kept));
                points += kept.Points;
            }
        }

        if (points == 0)
        {
            return;
        }

        if (_outbox is null)
        {
            Lose(points, "there is no local store");
            return;
        }

        await TryKeepAsync(() => _outbox.KeepAsync(rest, CancellationToken.None), points);
    }

    private async ValueTask<bool> TryKeepAsync(Func<ValueTask> store, long points)
    {
        try
        {
            await store().AsTask().WaitAsync(KeepDeadline, _time);
            return true;
        }
        catch (Exception error) when (error is StoreException or TimeoutException)
        {
            // The store may still read the bytes: they are left to the garbage collector.
            _memoryInUse = true;
            Lose(points, error.Message);
            return false;
        }
    }

    private void Lose(long points, string reason)
    {
        Counters.AddDropped(DropReason.Shutdown, points);
        _logger.LostAtShutdown(Name, points, reason);
    }

    private void BeginSpilling()
    {
        if (!_spilling)
        {
            _spilling = true;
            _logger.SpillBegan(Name);
        }
    }

    private void EndSpilling()
    {
        if (_spilling)
        {
            _spilling = false;
            _logger.SpillEnded(Name);
        }
    }

    private void SayFull()
    {
        if (!_saidFull)
        {
            _saidFull = true;
            _logger.OutboxFull(Name, _options.OutboxBytes);
        }
    }
}
