using Thrum.Detector.Commands;
using Thrum.Detector.Questions;

namespace Thrum.Detector.Samples;

/// <summary>
/// Decoded blocks of one shard and the memory of their samples: what travels from ingest to a shard. It has one owner at a
/// time; writing it to a channel passes ownership on, and the owner that is done disposes it, which returns it to its pool.
/// Not thread-safe.
/// </summary>
public sealed class SampleBatch : IDisposable
{
    private readonly SampleBatchPool _pool;
    private readonly SampleBlock[] _blocks;
    private readonly float[] _samples;
    private int _blockCount;
    private int _sampleCount;
    private bool _returned;

    internal SampleBatch(SampleBatchPool pool, int maxSamples, int maxBlocks)
    {
        _pool = pool;
        _samples = new float[maxSamples];
        _blocks = new SampleBlock[maxBlocks];
    }

    /// <summary>The blocks in the order they were appended.</summary>
    public ReadOnlySpan<SampleBlock> Blocks => _blocks.AsSpan(0, _blockCount);

    /// <summary>Samples that can still be appended.</summary>
    public int FreeSamples => _samples.Length - _sampleCount;

    /// <summary>Blocks that can still be appended.</summary>
    public int FreeBlocks => _blocks.Length - _blockCount;

    /// <summary>True when nothing was appended yet.</summary>
    public bool IsEmpty => _blockCount == 0;

    /// <summary>Monotonic time (<see cref="TimeProvider.GetTimestamp"/>) at which the first message of the batch was read.</summary>
    public long ReceivedTimestamp { get; set; }

    /// <summary>When the message that is being decoded arrived, ns since 1970-01-01 UTC; blocks appended from now on carry it. 0 when that is not known.</summary>
    public long ArrivalUnixNs { get; set; }

    /// <summary>True for a batch without blocks that says that another <see cref="Pipeline.DetectorPipeline.TickInterval"/> has passed.</summary>
    internal bool IsTick { get; set; }

    /// <summary>
    /// The journal's record that is being decoded; blocks appended from now on belong to it. Afterwards: the last record in this batch. 0 without a journal.
    /// </summary>
    public long JournalSequence { get; set; }

    /// <summary>
    /// A barrier behind the blocks: every record up to this sequence was handed to this shard. The shard answers with a
    /// <see cref="Checkpoints.ShardCheckpoint"/>. Null without one.
    /// </summary>
    public long? Barrier { get; set; }

    /// <summary>An operator's command, applied behind the blocks once all windows before it are scored. Null without one.</summary>
    public SequencedCommand? Command { get; set; }

    /// <summary>A question about an axis, answered behind the blocks. Null without one.</summary>
    internal AxisQuestion? Question { get; set; }

    internal int Capacity => _samples.Length;

    /// <summary>Memory for the next block's samples, to be filled and then claimed by <see cref="Append"/>.</summary>
    public Span<float> FreeSpan() => _samples.AsSpan(_sampleCount);

    /// <summary>Claims the first <paramref name="count"/> samples of <see cref="FreeSpan"/> as a block, with the parts of a <see cref="SampleBlock"/>.</summary>
    /// <exception cref="InvalidOperationException">The batch has no room for it.</exception>
    public void Append(AxisStream stream, TimeSource time, long firstSampleUnixNs, double sampleRateHz, int count, uint? number = null, bool isHistorical = false)
    {
        if (_blockCount == _blocks.Length || count > FreeSamples)
        {
            throw new InvalidOperationException($"A block of {count} samples does not fit: {FreeSamples} samples and {FreeBlocks} blocks are free.");
        }

        _blocks[_blockCount++] = new SampleBlock(stream, time, firstSampleUnixNs, sampleRateHz, _sampleCount, count, ArrivalUnixNs, JournalSequence, number, isHistorical);
        _sampleCount += count;
    }

    /// <summary>The samples of one of this batch's blocks.</summary>
    public ReadOnlySpan<float> Samples(in SampleBlock block) => _samples.AsSpan(block.Offset, block.Count);

    /// <summary>Returns the batch to its pool.</summary>
    public void Dispose()
    {
        if (!_returned)
        {
            _returned = true;
            Command?.Complete(new CommandResult(CommandOutcome.Unavailable, "the gateway stops"));
            Question?.GiveUp();
            _pool.Return(this);
        }
    }

    internal void Reset()
    {
        _blockCount = 0;
        _sampleCount = 0;
        ReceivedTimestamp = 0;
        ArrivalUnixNs = 0;
        IsTick = false;
        JournalSequence = 0;
        Barrier = null;
        Command = null;
        Question = null;
        _returned = false;
    }
}
