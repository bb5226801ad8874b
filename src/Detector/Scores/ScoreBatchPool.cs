using Thrum.Detector.Stages;

namespace Thrum.Detector.Scores;

/// <summary>Score batches in use and at rest; their number in use is bounded by the channels that carry them. Thread-safe.</summary>
public sealed class ScoreBatchPool
{
    private readonly FreeList<ScoreBatch> _free = new();
    private readonly int _windowsPerBatch;
    private int _rented;

    /// <summary>Creates an empty pool; batches grow when a stage needs more room than <paramref name="windowsPerBatch"/>.</summary>
    public ScoreBatchPool(int windowsPerBatch = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowsPerBatch, 1);
        _windowsPerBatch = windowsPerBatch;
    }

    /// <summary>Batches handed out and not yet returned.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>An empty batch; the caller owns it.</summary>
    public ScoreBatch Rent()
    {
        Interlocked.Increment(ref _rented);
        if (_free.TryTake(out ScoreBatch? batch))
        {
            batch.Reset();
            return batch;
        }

        return new ScoreBatch(this, _windowsPerBatch);
    }

    internal void Return(ScoreBatch batch)
    {
        Interlocked.Decrement(ref _rented);
        _free.Add(batch);
    }
}
