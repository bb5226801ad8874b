using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Sink.Webhooks;

namespace Thrum.Sink.Store;

/// <summary>
/// Keeps score history and alarm transitions in the local store and hands transitions to the webhooks. A batch with transitions is
/// committed before its write returns: the transitions, a message to every webhook, and the history up to then, in one
/// transaction. History alone is committed every <see cref="StoreOptions.HistoryFlushInterval"/>. In journal mode history is committed only with the
/// checkpoints of the state behind it, because windows that come again after a crash must not be summed twice.
/// </summary>
public sealed class HistoryDestination : IScoreDestination, IAsyncDisposable
{
    private readonly LocalStore _store;
    private readonly IReadOnlyList<WebhookDestination> _webhooks;
    private readonly HistoryAccumulator[] _history;
    private readonly bool _withCheckpoints;
    private readonly EvidenceStore _evidence;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _flushing;
    private bool _failing;

    /// <summary>Creates the destination; the caller closes the store after it.</summary>
    /// <param name="store">Where things are kept.</param>
    /// <param name="webhooks">Who is told of transitions; the destination completes and disposes them with itself.</param>
    /// <param name="time">The clock of the flush interval.</param>
    /// <param name="shards">Number of shards that windows come from.</param>
    public HistoryDestination(LocalStore store, IReadOnlyList<WebhookDestination> webhooks, TimeProvider time, int shards = 1)
    {
        _store = store;
        _webhooks = [.. webhooks];
        _evidence = new EvidenceStore(store);
        _withCheckpoints = store.Options.Durability == Durability.Journal;
        _history = [.. Enumerable.Range(0, shards).Select(_ => new HistoryAccumulator(store.Options.HistoryBucket))];
        _flushing = _withCheckpoints ? Task.CompletedTask : Task.Run(() => FlushPeriodicallyAsync(time));
    }

    /// <inheritdoc/>
    public string Name => "history";

    /// <summary>Windows taken and committed; dropped when the store refused their history, or was cancelled or closed before it took it.</summary>
    public StageCounters Counters { get; } = new("history", "window");

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        foreach (WebhookDestination webhook in _webhooks)
        {
            webhook.ThrowIfFaulted();
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            Add(batch);
            Counters.AddReceived(batch.Count);
            if (batch.Transitions.Count > 0)
            {
                TransitionMessages[] transitions = [.. batch.Transitions.Select(transition => new TransitionMessages(transition, _webhooks))];
                await CommitAsync(transitions, cancellationToken);
            }

            if (batch.Evidence.Count > 0)
            {
                await _evidence.PutAsync(batch.Evidence, cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await StopFlushingAsync();
        try
        {
            if (_withCheckpoints)
            {
                // Beyond the last checkpoint: the journal brings it again.
                Counters.AddDropped(DropReason.Shutdown, Windows);
            }
            else if (Windows > 0)
            {
                await CommitAsync([], cancellationToken);
            }
        }
        finally
        {
            await Task.WhenAll(_webhooks.Select(webhook => webhook.CompleteAsync(cancellationToken).AsTask()));
        }
    }

    /// <summary>Ends the flush timer and the webhooks; what was not completed stays in the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopFlushingAsync();
        foreach (WebhookDestination webhook in _webhooks)
        {
            await webhook.DisposeAsync();
        }

        _gate.Dispose();
    }

    private long Windows => _history.Sum(shard => shard.Windows);

    /// <summary>Takes the history of a shard up to now out, to be committed with the shard's state. Called between two writes.</summary>
    internal ShardHistory Take(int shard)
    {
        long windows = _history[shard].Windows;
        return new ShardHistory(_history[shard].Take(), windows);
    }

    private List<HistoryRow> TakeAll() => [.. _history.SelectMany(shard => shard.Take())];

    private void Add(ScoreBatch batch)
    {
        foreach (ref readonly WindowScore window in batch.Windows)
        {
            _history[window.Stream.Shard % _history.Length].Add(in window);
        }
    }

    /// <summary>Commits history so far with the transitions.</summary>
    private async ValueTask CommitAsync(TransitionMessages[] transitions, CancellationToken cancellationToken)
    {
        long windows = _withCheckpoints ? 0 : Windows;
        try
        {
            await _store.CommitAsync(_withCheckpoints ? [] : TakeAll(), transitions, cancellationToken);
            Counters.AddSent(windows);
        }
        catch (Exception error) when (error is StoreException or OperationCanceledException)
        {
            Counters.AddError();
            Counters.AddDropped(_store.HasGivenUp || error is OperationCanceledException ? DropReason.Shutdown : DropReason.Refused, windows);
            throw;
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Windows > 0)
            {
                await CommitAsync([], cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task FlushPeriodicallyAsync(TimeProvider time)
    {
        using PeriodicTimer timer = new(_store.Options.HistoryFlushInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await TryFlushAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The destination ends.
        }
    }

    /// <summary>A refused flush costs its history, not the timer.</summary>
    private async ValueTask TryFlushAsync()
    {
        try
        {
            await FlushAsync(_stop.Token);
            _failing = false;
        }
        catch (StoreException error)
        {
            if (!_failing)
            {
                _failing = true;
                _store.Logger.HistoryRefused(error.Message);
            }
        }
    }

    /// <summary>Ends the timer; a commit under way is ended with it, in the bound that the store sets.</summary>
    private async Task StopFlushingAsync()
    {
        await _stop.CancelAsync();
        await _flushing;
    }
}

/// <summary>History of one shard between two of its checkpoints.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Windows">Windows in them.</param>
internal readonly record struct ShardHistory(IReadOnlyList<HistoryRow> Rows, long Windows);
