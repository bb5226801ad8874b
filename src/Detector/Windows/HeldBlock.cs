using System.Buffers;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;

namespace Thrum.Detector.Windows;

/// <summary>A block that waits, with pooled memory of its own. Whoever has it gives it back by <see cref="Release"/>.</summary>
internal sealed class HeldBlock
{
    // Objects only; their sample memory is in the shared pool.
    private const int MostAtRest = 4096;

    private static readonly FreeList<HeldBlock> AtRest = new(MostAtRest);

    private float[] _samples = [];

    private HeldBlock()
    {
    }

    public BlockHead Head { get; private set; }

    public ReadOnlySpan<float> Samples => _samples.AsSpan(0, Head.Count);

    /// <summary>A copy of a block.</summary>
    public static HeldBlock Of(in BlockHead head, ReadOnlySpan<float> samples)
    {
        HeldBlock held = Rent(head);
        samples.CopyTo(held._samples);
        return held;
    }

    /// <summary>Reads the samples of a block of which the rest is known; null where the two make none.</summary>
    public static HeldBlock? Read(ref CheckpointReader reader, TimeSource time, long firstSampleUnixNs, double sampleRateHz, uint? number = null, bool isHistorical = false)
    {
        CheckpointReader ahead = reader;
        int count = ahead.ReadInt32();
        if (count <= 0 || count > ahead.Remaining / sizeof(float) || !SampleGrid.IsRate(sampleRateHz))
        {
            return null;
        }

        HeldBlock held = Rent(new BlockHead(time, firstSampleUnixNs, sampleRateHz, count, number, isHistorical));
        reader.ReadSingles(held._samples.AsSpan(0, count));
        return held;
    }

    /// <summary>Gives it back with its memory.</summary>
    public void Release()
    {
        ArrayPool<float>.Shared.Return(_samples);
        _samples = [];
        AtRest.Add(this);
    }

    private static HeldBlock Rent(in BlockHead head)
    {
        HeldBlock held = AtRest.TryTake(out HeldBlock? known) ? known : new HeldBlock();
        held.Head = head;
        held._samples = ArrayPool<float>.Shared.Rent(head.Count);
        return held;
    }
}
