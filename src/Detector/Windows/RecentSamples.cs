using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Windows;

/// <summary>
/// The newest samples of a stream, to tell a repeat of them from other samples under the same stamps. A part of the stream's <see cref="Windower"/>, not an object. Not thread-safe.
/// </summary>
internal struct RecentSamples
{
    private const int Most = 16;
    private Samples _newest;
    private int _count;

    [UnscopedRef]
    private Span<float> All => _newest;

    public void Clear() => _count = 0;

    /// <summary>Notes samples that were taken.</summary>
    public void Add(ReadOnlySpan<float> samples)
    {
        int taken = Math.Min(samples.Length, Most);
        int kept = Math.Min(_count, Most - taken);
        All.Slice(_count - kept, kept).CopyTo(All);
        samples[^taken..].CopyTo(All[kept..]);
        _count = kept + taken;
    }

    /// <summary>True when the samples end with the newest ones, bit by bit, as far as either goes back.</summary>
    public bool AreEndOf(ReadOnlySpan<float> samples)
    {
        int compared = Math.Min(samples.Length, _count);

        // As bits: NaN equals nothing, not even itself.
        return MemoryMarshal.Cast<float, int>(samples[^compared..])
            .SequenceEqual(MemoryMarshal.Cast<float, int>(All.Slice(_count - compared, compared)));
    }

    public void Save(CheckpointWriter writer) => writer.Write(All.Slice(0, _count));

    public bool TryLoad(ref CheckpointReader reader)
    {
        _count = reader.ReadSingles(All);
        return reader.IsValid;
    }

    [InlineArray(Most)]
    private struct Samples
    {
        private float _first;
    }
}
