using Microsoft.Extensions.Logging;
using Thrum.Detector.Stages;
using Thrum.Sink.Store;

namespace Thrum.Sink.Influx;

/// <summary>Puts what is undelivered at shutdown in the outbox, or counts it as lost.</summary>
internal sealed class ShutdownKeeper(string destination, Outbox? outbox, BodyAssembler bodies, StageCounters counters, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan KeepDeadline = TimeSpan.FromSeconds(5);

    /// <summary>True when the store may still read what was to be kept.</summary>
    public bool IsMemoryInUse { get; private set; }

    /// <summary>The last body at shutdown goes behind what the outbox holds, whatever its bound.</summary>
    public async ValueTask KeepLastAsync(PointBody last)
    {
        OutboxBody body = new(last.Buffer.Written, last.Points, "");
        if (!await TryKeepAsync(() => outbox!.AppendAsync(body, CancellationToken.None), last.Points))
        {
            bodies.RemovedFromDisk();
        }
    }

    /// <summary>What memory still holds goes to its place in the outbox.</summary>
    /// <param name="settled">What of the oldest body is settled already.</param>
    public async ValueTask KeepAsync((int Bytes, int Points) settled)
    {
        List<(long Sequence, OutboxBody Body)> rest = [];
        long points = 0;
        foreach (PointBody body in bodies.Waiting())
        {
            OutboxBody kept = new(body.Buffer.Written[settled.Bytes..], body.Points - settled.Points, "");
            settled = (0, 0);
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

        if (outbox is null)
        {
            Lose(points, "there is no local store");
            return;
        }

        await TryKeepAsync(() => outbox.KeepAsync(rest, CancellationToken.None), points);
    }

    private async ValueTask<bool> TryKeepAsync(Func<ValueTask> store, long points)
    {
        try
        {
            await store().AsTask().WaitAsync(KeepDeadline, time);
            return true;
        }
        catch (Exception error) when (error is StoreException or TimeoutException)
        {
            // The store may still read the bytes: they are left to the garbage collector.
            IsMemoryInUse = true;
            Lose(points, error.Message);
            return false;
        }
    }

    private void Lose(long points, string reason)
    {
        counters.AddDropped(DropReason.Shutdown, points);
        logger.LostAtShutdown(destination, points, reason);
    }
}
