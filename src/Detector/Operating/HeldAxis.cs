using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Operating;

/// <summary>The blocks of one axis that wait until it is known how the machine ran during them, in the order they came. Not thread-safe.</summary>
internal sealed class HeldAxis(AxisStream stream, OperatingTrack track)
{
    // Marks a block that has a number, behind its arrival.
    private const byte Numbered = 0x80;
    private const byte Historical = 0x40;

    private readonly Queue<(HeldBlock Block, long ArrivalUnixNs)> _blocks = [];
    private long _reachedUnixNs = long.MinValue;
    private double _heldSeconds;

    public AxisStream Stream => stream;

    /// <summary>Keeps a copy of a block.</summary>
    public void Add(in BlockHead head, long arrivalUnixNs, ReadOnlySpan<float> samples)
    {
        // The newest, not the greatest: a stamp that is far ahead must not count for what follows it.
        _reachedUnixNs = head.FirstSampleUnixNs;
        var held = new HeldBlock();
        samples.CopyTo(held.Fill(head));
        _blocks.Enqueue((held, arrivalUnixNs));
        _heldSeconds += head.Count / head.SampleRateHz;
    }

    /// <summary>Gives what need not wait any longer to <paramref name="take"/>, in order; false when there was nothing.</summary>
    /// <param name="all">Waits for nothing.</param>
    /// <param name="take">Takes a block with its samples.</param>
    public bool Drain(bool all, BlockTaker take)
    {
        bool any = false;
        while (_blocks.TryPeek(out (HeldBlock Block, long ArrivalUnixNs) first))
        {
            BlockHead head = first.Block.Head;
            bool isTooMuch = _heldSeconds - (head.Count / head.SampleRateHz) > 2e-9 * (track.TimeoutNs + track.LatenessNs);
            if (!all && !isTooMuch && !track.IsSettled(head.LastSampleUnixNs, _reachedUnixNs))
            {
                break;
            }

            any = true;
            _blocks.Dequeue();
            _heldSeconds = _blocks.Count == 0 ? 0 : _heldSeconds - (head.Count / head.SampleRateHz);
            take(new SampleBlock(stream, head.Time, head.FirstSampleUnixNs, head.SampleRateHz, 0, head.Count, first.ArrivalUnixNs, Number: head.Number, IsHistorical: head.IsHistorical), first.Block.Samples);
            first.Block.Release();
        }

        return any;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_reachedUnixNs);
        writer.Write(_blocks.Count);
        foreach ((HeldBlock block, long arrival) in _blocks)
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
        long reached = reader.ReadInt64();
        int count = reader.ReadInt32();
        for (int i = 0; i < count && reader.IsValid; i++)
        {
            byte marked = reader.ReadByte();
            byte time = (byte)(marked & ~(Numbered | Historical));
            long first = reader.ReadInt64();
            double rate = reader.ReadDouble();
            long arrival = reader.ReadInt64();
            uint? number = (marked & Numbered) != 0 ? unchecked((uint)reader.ReadInt32()) : null;
            CheckpointReader ahead = reader;
            int samples = ahead.ReadInt32();
            if (samples <= 0 || samples > ahead.Remaining / sizeof(float) || time > (byte)TimeSource.Stamped || !(rate is >= SampleGrid.LowestRateHz and <= SampleGrid.HighestRateHz))
            {
                return false;
            }

            float[] values = new float[samples];
            reader.ReadSingles(values);
            Add(new BlockHead((TimeSource)time, first, rate, samples, number, (marked & Historical) != 0), arrival, values);
        }

        _reachedUnixNs = reached;
        return reader.IsValid;
    }
}

/// <summary>Takes a block and its samples, which are valid during the call only.</summary>
internal delegate void BlockTaker(in SampleBlock block, ReadOnlySpan<float> samples);
