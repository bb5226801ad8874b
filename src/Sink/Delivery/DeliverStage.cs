using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;

namespace Thrum.Sink.Delivery;

/// <summary>
/// The last stage: gives each batch to every destination in turn and disposes it. When its input completes, the destinations
/// deliver what they hold until the drain deadline.
/// </summary>
public sealed class DeliverStage
{
    /// <summary>Given to destinations beyond the drain deadline to put what they hold in order.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<IScoreDestination> _destinations;
    private readonly CheckpointCommitter? _checkpoints;
    private readonly TimeSpan _drainDeadline;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Creates the stage; the caller disposes the destinations after it.</summary>
    /// <param name="destinations">In the order they are given each batch: the one that keeps alarms first, for one that waits holds up those behind it.</param>
    /// <param name="drainDeadline">How long destinations may take to deliver what they hold at the end.</param>
    /// <param name="time">The clock of the deadline.</param>
    /// <param name="logger">Where a missed deadline is told.</param>
    /// <param name="checkpoints">Where the shards' states go; null where none come.</param>
    public DeliverStage(
        IReadOnlyList<IScoreDestination> destinations, TimeSpan drainDeadline, TimeProvider time, ILogger<DeliverStage> logger, CheckpointCommitter? checkpoints = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(drainDeadline, TimeSpan.Zero);
        _destinations = [.. destinations];
        _checkpoints = checkpoints;
        _drainDeadline = drainDeadline;
        _time = time;
        _logger = logger;
    }

    /// <summary>Windows received, given to all destinations, and dropped because the run was cancelled.</summary>
    public StageCounters Counters { get; } = new("deliver", "window");

    /// <summary>Runs until the input completes, then completes the destinations.</summary>
    /// <param name="reader">Batches; the stage owns what it reads.</param>
    /// <param name="cancellationToken">Ends at once: batches not yet given are dropped and counted. The destinations are still completed.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task RunAsync(ChannelReader<ScoreBatch> reader, CancellationToken cancellationToken) =>
        RunAsync(reader, static _ => Task.CompletedTask, cancellationToken);

    /// <summary>
    /// Runs until the input completes, then completes the destinations. After a fault or a cancellation everything that still comes is
    /// dropped and counted until the input completes, within the bound that the destinations have too.
    /// </summary>
    /// <param name="reader">Batches; the stage owns what it reads.</param>
    /// <param name="onFault">Told of a fault at once, before the destinations complete: makes whoever writes stop and complete the input.</param>
    /// <param name="cancellationToken">Ends at once: batches not yet given are dropped and counted. The destinations are still completed.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task RunAsync(ChannelReader<ScoreBatch> reader, Func<Exception, Task> onFault, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ScoreBatch batch in reader.ReadAllAsync(cancellationToken))
            {
                await DeliverAsync(batch, cancellationToken);
            }

            if (_checkpoints is not null)
            {
                await _checkpoints.CompleteAsync(cancellationToken);
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            await onFault(error);
            throw;
        }
        finally
        {
            await Task.WhenAll(DropRestAsync(reader), CompleteAsync());
        }
    }

    private async ValueTask DeliverAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        using (batch)
        {
            int windows = batch.Count;
            Counters.AddReceived(windows);
            try
            {
                for (int i = 0; i < _destinations.Count; i++)
                {
                    await _destinations[i].WriteAsync(batch, cancellationToken);
                }

                if (batch.Checkpoint is { } checkpoint && _checkpoints is not null)
                {
                    await _checkpoints.TakeAsync(checkpoint, cancellationToken);
                }

                Counters.AddSent(windows);
            }
            catch (OperationCanceledException)
            {
                Counters.AddDropped(DropReason.Shutdown, windows);
                throw;
            }
            catch
            {
                Counters.AddError();
                Counters.AddDropped(DropReason.Shutdown, windows);
                throw;
            }
        }
    }

    /// <summary>Whoever writes may still have batches under way when this stage ends before its input.</summary>
    private async Task DropRestAsync(ChannelReader<ScoreBatch> reader)
    {
        using CancellationTokenSource patience = new(_drainDeadline + Grace, _time);
        try
        {
            await foreach (ScoreBatch batch in reader.ReadAllAsync(patience.Token))
            {
                using (batch)
                {
                    Counters.AddReceived(batch.Count);
                    Counters.AddDropped(DropReason.Shutdown, batch.Count);
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            _logger.InputNotEnded();
        }
#pragma warning disable CA1031 // It was thrown elsewhere, and only passes here.
        catch (Exception) when (reader.Completion.IsFaulted)
#pragma warning restore CA1031
        {
            // The fault of whoever writes is theirs to tell; all that was written has been read.
        }
    }

    private async Task CompleteAsync()
    {
        using CancellationTokenSource deadline = new(_drainDeadline, _time);
        await Task.WhenAll(_destinations.Select(destination => CompleteAsync(destination, deadline.Token)));
    }

#pragma warning disable CA1031 // One destination's fault must not keep the others from delivering; it is logged and counted.
    private async Task CompleteAsync(IScoreDestination destination, CancellationToken deadline)
    {
        try
        {
            await destination.CompleteAsync(deadline).AsTask().WaitAsync(_drainDeadline + Grace, _time, CancellationToken.None);
            if (deadline.IsCancellationRequested)
            {
                _logger.DrainDeadlinePassed(destination.Name);
            }
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            _logger.DrainDeadlinePassed(destination.Name);
        }
        catch (Exception error)
        {
            Counters.AddError();
            _logger.DestinationFailed(error, destination.Name);
        }
    }
#pragma warning restore CA1031
}
