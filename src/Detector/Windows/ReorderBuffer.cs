using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Windows;

/// <summary>
/// Blocks of one stream that came before their turn, by the time of their first samples. It has memory only while it holds some.
/// Not thread-safe.
/// </summary>
internal sealed class ReorderBuffer : ICheckpointed
{
    // Objects at rest in one buffer; their sample memory is in the shared pool.
    private const int MaxSpare = 16;

    private readonly List<HeldBlock> _blocks = [];
    private readonly Stack<HeldBlock> _spare = new();
    private int _first;

    /// <summary>Blocks held.</summary>
    public int Count => _blocks.Count - _first;

    /// <summary>Samples held.</summary>
    public long Samples { get; private set; }

    /// <summary>The earliest block.</summary>
    public HeldBlock First => _blocks[_first];

    /// <summary>Keeps a copy of a block; false when one of that stamp and length is held already.</summary>
    public bool TryAdd(in BlockHead head, ReadOnlySpan<float> samples)
    {
        int at = _blocks.Count;
        while (at > _first && _blocks[at - 1].Head.FirstSampleUnixNs >= head.FirstSampleUnixNs)
        {
            at--;
            if (_blocks[at].Head == head)
            {
                return false;
            }
        }

        HeldBlock held = _spare.Count > 0 ? _spare.Pop() : new HeldBlock();
        samples.CopyTo(held.Fill(head));
        _blocks.Insert(at, held);
        Samples += head.Count;
        return true;
    }

    /// <summary>Takes the earliest block out; it goes back by <see cref="Return"/>.</summary>
    public HeldBlock Take()
    {
        HeldBlock held = _blocks[_first++];
        Samples -= held.Head.Count;
        if (2 * _first >= _blocks.Count)
        {
            _blocks.RemoveRange(0, _first);
            _first = 0;
        }

        return held;
    }

    /// <summary>Gives a block's memory back.</summary>
    public void Return(HeldBlock held)
    {
        held.Release();
        if (_spare.Count < MaxSpare)
        {
            _spare.Push(held);
        }
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(Count);
        for (int i = _first; i < _blocks.Count; i++)
        {
            writer.Write(_blocks[i].Head.FirstSampleUnixNs);
            writer.Write(_blocks[i].Head.SampleRateHz);
            writer.Write(_blocks[i].Samples);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        int count = reader.ReadInt32();
        for (int i = 0; i < count && reader.IsValid; i++)
        {
            long first = reader.ReadInt64();
            double rate = reader.ReadDouble();
            CheckpointReader ahead = reader;
            var head = new BlockHead(TimeSource.Stamped, first, rate, ahead.ReadInt32());
            if (head.Count <= 0 || head.Count > ahead.Remaining / sizeof(float) || !(rate is >= SampleGrid.LowestRateHz and <= SampleGrid.HighestRateHz))
            {
                break;
            }

            var held = new HeldBlock();
            reader.ReadSingles(held.Fill(head));
            _blocks.Add(held);
            Samples += head.Count;
        }

        if (reader.IsValid && Count == count)
        {
            return true;
        }

        while (Count > 0)
        {
            Return(Take());
        }

        return false;
    }
}
