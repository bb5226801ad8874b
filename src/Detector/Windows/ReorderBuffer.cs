using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;

namespace Thrum.Detector.Windows;

/// <summary>
/// Blocks of one stream that came before their turn, by the time of their first samples. It has memory only while it holds some: what
/// it needs then is shared by all streams of the process, because few hold blocks at a time. A part of the stream's <see cref="Windower"/>, not an object. Not thread-safe.
/// </summary>
internal struct ReorderBuffer
{
    private Slots? _slots;

    /// <summary>Blocks held.</summary>
    public readonly int Count => _slots?.Count ?? 0;

    /// <summary>Samples held.</summary>
    public readonly long Samples => _slots?.Samples ?? 0;

    /// <summary>The earliest block.</summary>
    public readonly HeldBlock First => _slots!.Blocks[_slots.First];

    /// <summary>Keeps a copy of a block; false when one of that stamp and length is held already.</summary>
    public bool TryAdd(in BlockHead head, ReadOnlySpan<float> samples)
    {
        Slots slots = _slots ??= Slots.Rent();
        int at = slots.Blocks.Count;
        while (at > slots.First && slots.Blocks[at - 1].Head.FirstSampleUnixNs >= head.FirstSampleUnixNs)
        {
            at--;
            if (slots.Blocks[at].Head == head)
            {
                return false;
            }
        }

        slots.Blocks.Insert(at, HeldBlock.Of(head, samples));
        slots.Samples += head.Count;
        return true;
    }

    /// <summary>Takes the earliest block out; it goes back by <see cref="Return"/>.</summary>
    public readonly HeldBlock Take()
    {
        Slots slots = _slots!;
        HeldBlock held = slots.Blocks[slots.First++];
        slots.Samples -= held.Head.Count;
        if (2 * slots.First >= slots.Blocks.Count)
        {
            slots.Blocks.RemoveRange(0, slots.First);
            slots.First = 0;
        }

        return held;
    }

    /// <summary>Gives a block's memory back.</summary>
    public void Return(HeldBlock held)
    {
        held.Release();
        if (_slots is { Count: 0 } slots)
        {
            _slots = null;
            slots.Return();
        }
    }

    public readonly void Save(CheckpointWriter writer)
    {
        writer.Write(Count);
        for (int i = 0; i < Count; i++)
        {
            HeldBlock held = _slots!.Blocks[_slots.First + i];
            writer.Write(held.Head.FirstSampleUnixNs);
            // The sign tells a historical block from others.
            writer.Write(held.Head.IsHistorical ? -held.Head.SampleRateHz : held.Head.SampleRateHz);
            writer.Write(held.Samples);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        int count = reader.ReadInt32();
        for (int i = 0; i < count && reader.IsValid; i++)
        {
            long first = reader.ReadInt64();
            double signed = reader.ReadDouble();
            if (HeldBlock.Read(ref reader, TimeSource.Stamped, first, Math.Abs(signed), isHistorical: signed < 0) is not { } held)
            {
                break;
            }

            Slots slots = _slots ??= Slots.Rent();
            slots.Blocks.Add(held);
            slots.Samples += held.Head.Count;
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

    /// <summary>What a buffer has while it holds blocks.</summary>
    private sealed class Slots
    {
        private const int MostAtRest = 64;

        private static readonly FreeList<Slots> AtRest = new(MostAtRest);

        public List<HeldBlock> Blocks { get; } = [];

        /// <summary>Index of the earliest block.</summary>
        public int First { get; set; }

        public int Count => Blocks.Count - First;

        public long Samples { get; set; }

        public static Slots Rent() => AtRest.TryTake(out Slots? slots) ? slots : new Slots();

        public void Return()
        {
            Blocks.Clear();
            (First, Samples) = (0, 0);
            AtRest.Add(this);
        }
    }
}
