using Thrum.Detector.Stages;

namespace Thrum.Detector.Samples;

/// <summary>
/// Batches in use and at rest. The number in use is bounded by the channels that carry them, so the pool needs no bound of
/// its own; one larger than the usual size (a single huge message) is left to the garbage collector. The batch returned last is handed
/// out next, by whatever thread: its memory is still in the cache, and few batches do all the work. Thread-safe.
/// </summary>
public sealed class SampleBatchPool
{
    private readonly FreeList<SampleBatch> _free = new();
    private readonly int _samplesPerBatch;
    private readonly int _blocksPerBatch;
    private int _rented;

    /// <summary>Creates an empty pool of batches of the given size.</summary>
    public SampleBatchPool(int samplesPerBatch = 256 * 1024, int blocksPerBatch = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blocksPerBatch, 1);
        _samplesPerBatch = samplesPerBatch;
        _blocksPerBatch = blocksPerBatch;
    }

    /// <summary>Batches handed out and not yet returned; 0 when every owner disposed what it got.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>An empty batch with room for at least <paramref name="atLeastSamples"/> samples; the caller owns it.</summary>
    public SampleBatch Rent(int atLeastSamples = 0)
    {
        Interlocked.Increment(ref _rented);
        if (atLeastSamples > _samplesPerBatch)
        {
            return new SampleBatch(this, atLeastSamples, _blocksPerBatch);
        }

        if (_free.TryTake(out SampleBatch? batch))
        {
            batch.Reset();
            return batch;
        }

        return new SampleBatch(this, _samplesPerBatch, _blocksPerBatch);
    }

    /// <summary>Makes batches ahead of need, so that a queue of as many can fill without an allocation.</summary>
    public void Prepare(int batches)
    {
        for (int made = _free.Count; made < batches; made++)
        {
            _free.Add(new SampleBatch(this, _samplesPerBatch, _blocksPerBatch));
        }
    }

    internal void Return(SampleBatch batch)
    {
        Interlocked.Decrement(ref _rented);
        if (batch.Capacity == _samplesPerBatch)
        {
            _free.Add(batch);
        }
    }
}
