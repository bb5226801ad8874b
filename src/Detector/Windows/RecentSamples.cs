using System.Runtime.InteropServices;
using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Windows;

/// <summary>The newest samples of a stream, to tell a repeat of them from other samples under the same stamps. Not thread-safe.</summary>
internal sealed class RecentSamples : ICheckpointed
{
    private readonly float[] _newest = new float[16];
    private int _count;

    public void Clear() => _count = 0;

    /// <summary>Notes samples that were taken.</summary>
    public void Add(ReadOnlySpan<float> samples)
    {
        int taken = Math.Min(samples.Length, _newest.Length);
        int kept = Math.Min(_count, _newest.Length - taken);
        _newest.AsSpan(_count - kept, kept).CopyTo(_newest);
        samples[^taken..].CopyTo(_newest.AsSpan(kept));
        _count = kept + taken;
    }

    /// <summary>True when the samples end with the newest ones, bit by bit, as far as either goes back.</summary>
    public bool AreEndOf(ReadOnlySpan<float> samples)
    {
        int compared = Math.Min(samples.Length, _count);

        // As bits: NaN equals nothing, not even itself.
        return MemoryMarshal.Cast<float, int>(samples[^compared..])
            .SequenceEqual(MemoryMarshal.Cast<float, int>(_newest.AsSpan(_count - compared, compared)));
    }

    public void Save(CheckpointWriter writer) => writer.Write(_newest.AsSpan(0, _count));

    public bool TryLoad(ref CheckpointReader reader)
    {
        _count = reader.ReadSingles(_newest);
        return reader.IsValid;
    }
}
