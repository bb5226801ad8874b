using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Operating;

/// <summary>The blocks of one axis that wait until it is known how the machine ran during them, in the order they came. Not thread-safe.</summary>
/// <param name="stream">The axis.</param>
/// <param name="track">What they wait for; null where the axis is no longer judged by any, so that nothing waits.</param>
internal sealed class HeldAxis(AxisStream stream, OperatingTrack? track) : ICheckpointed
{
    // Marks a block that has a number, behind its arrival.
    private const byte Numbered = 0x80;
    private const byte Historical = 0x40;

    private readonly Queue<(HeldBlock Block, long ArrivalUnixNs, long JournalSequence)> _blocks = [];
    private long _reachedUnixNs = long.MinValue;

    // Whole ns of each block, and more than 64 bits of them: a sum that does not depend on what was held before, as that of a restored state could not.
    private Int128 _heldNs;

    public AxisStream Stream => stream;

    public OperatingTrack? Track => track;

    /// <summary>Keeps a copy of a block.</summary>
    public void Add(in SampleBlock block, ReadOnlySpan<float> samples)
    {
        // The newest, not the greatest: a stamp that is far ahead must not count for what follows it.
        _reachedUnixNs = block.FirstSampleUnixNs;
        Enqueue(HeldBlock.Of(BlockHead.Of(block), samples), block.ArrivalUnixNs, block.JournalSequence);
    }

    /// <summary>Gives what need not wait any longer to <paramref name="take"/>, in order.</summary>
    /// <param name="all">Waits for nothing.</param>
    /// <param name="take">Takes a block with its samples.</param>
    public void Drain(bool all, BlockTaker take)
    {
        while (_blocks.TryPeek(out (HeldBlock Block, long ArrivalUnixNs, long JournalSequence) first) && (all || !IsToWait(first.Block.Head)))
        {
            _blocks.Dequeue();
            BlockHead head = first.Block.Head;
            _heldNs -= LengthNs(head);
            take(
                new SampleBlock(stream, head.Time, head.FirstSampleUnixNs, head.SampleRateHz, 0, head.Count, first.ArrivalUnixNs, first.JournalSequence, head.Number, head.IsHistorical),
                first.Block.Samples);
            first.Block.Release();
        }
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_reachedUnixNs);
        writer.Write(_blocks.Count);
        foreach ((HeldBlock block, long arrival, _) in _blocks)
        {
            writer.Write((byte)((byte)block.Head.Time | (block.Head.Number is null ? 0 : Numbered) | (block.Head.IsHistorical ? Historical : 0)));
            writer.Write(block.Head.FirstSampleUnixNs);
            writer.Write(block.Head.SampleRateHz);
            writer.Write(arrival);
            if (block.Head.Number is { } number)
            {
                writer.Write(unchecked((int)number));
            }

            writer.Write(block.Samples);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        _reachedUnixNs = reader.ReadInt64();
        int count = reader.ReadInt32();
        for (int i = 0; i < count && reader.IsValid; i++)
        {
            byte marked = reader.ReadByte();
            var time = (TimeSource)(marked & ~(Numbered | Historical));
            long first = reader.ReadInt64();
            double rate = reader.ReadDouble();
            long arrival = reader.ReadInt64();
            uint? number = (marked & Numbered) != 0 ? unchecked((uint)reader.ReadInt32()) : null;
            if (!Enum.IsDefined(time) || HeldBlock.Read(ref reader, time, first, rate, number, (marked & Historical) != 0) is not { } block)
            {
                return false;
            }

            // Its axis did not take it yet, whatever of the journal that axis holds the effect of.
            Enqueue(block, arrival, journalSequence: 0);
        }

        return reader.IsValid;
    }

    private void Enqueue(HeldBlock block, long arrivalUnixNs, long journalSequence)
    {
        _blocks.Enqueue((block, arrivalUnixNs, journalSequence));
        _heldNs += LengthNs(block.Head);
    }

    private bool IsToWait(in BlockHead head) =>
        track is not null && _heldNs - LengthNs(head) <= 2 * ((Int128)track.TimeoutNs + track.LatenessNs) && !track.IsSettled(head.LastSampleUnixNs, _reachedUnixNs);

    private static long LengthNs(in BlockHead head) => (long)(head.Count * head.PeriodNs);
}

/// <summary>Takes a block and its samples, which are valid during the call only.</summary>
internal delegate void BlockTaker(in SampleBlock block, ReadOnlySpan<float> samples);
