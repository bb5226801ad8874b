using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Thrum.Training.Data;

/// <summary>
/// The samples of recordings in one temporary file, so that they may be larger than memory, together or one alone. The file goes with it. Reading is thread-safe, writing is not.
/// </summary>
public sealed class SampleSpool : ISampleSource, IDisposable
{
    private const int BlockSamples = 1 << 16;

    private readonly SafeFileHandle _file;
    private readonly List<Spooled> _recordings = [];
    private long _end;

    /// <summary>Creates the file.</summary>
    /// <param name="folder">Where it has room; null for the system's temporary folder.</param>
    public SampleSpool(string? folder = null)
    {
        string path = Path.Combine(folder ?? Path.GetTempPath(), Path.GetRandomFileName());
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths => [.. _recordings.Select(recording => recording.Length)];

    /// <summary>Begins a recording, without samples yet, and gives its place.</summary>
    public int Begin()
    {
        _recordings.Add(new Spooled([], 0, 0));
        return _recordings.Count - 1;
    }

    /// <summary>Adds samples to a recording; several may grow by turns.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="OverflowException">There are more than 2³¹ − 1.</exception>
    public void Append(int recording, ReadOnlySpan<float> samples) => _recordings[recording] = Append(_recordings[recording], samples);

    /// <summary>Keeps a part of a recording, which does not grow any more.</summary>
    public void Trim(int recording, int start, int length)
    {
        Spooled whole = _recordings[recording];
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + length, whole.Length);
        _recordings[recording] = whole with { Start = whole.Start + start, Length = length };
    }

    /// <summary>Replaces a recording by what is made of its samples, from front to back.</summary>
    /// <param name="recording">Which.</param>
    /// <param name="make">From its blocks to new ones, each valid until the next.</param>
    public void Rewrite(int recording, Func<IEnumerable<ReadOnlyMemory<float>>, IEnumerable<ReadOnlyMemory<float>>> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        var made = new Spooled([], 0, 0);
        foreach (ReadOnlyMemory<float> block in make(Blocks(recording)))
        {
            made = Append(made, block.Span);
        }

        _recordings[recording] = made;
    }

    /// <inheritdoc/>
    public void Read(int recording, int start, Span<float> samples)
    {
        (List<Extent> extents, int first, int length) = _recordings[recording];
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + samples.Length, length);
        int at = first + start;
        for (int i = IndexOf(extents, at); !samples.IsEmpty; i++)
        {
            Extent extent = extents[i];
            int count = Math.Min(samples.Length, extent.First + extent.Count - at);
            ReadExactly(extent.FileAt + ((long)(at - extent.First) * sizeof(float)), MemoryMarshal.AsBytes(samples[..count]));
            samples = samples[count..];
            at += count;
        }
    }

    /// <summary>Deletes the file.</summary>
    public void Dispose() => _file.Dispose();

    private IEnumerable<ReadOnlyMemory<float>> Blocks(int recording)
    {
        float[] block = new float[BlockSamples];
        int length = _recordings[recording].Length;
        for (int start = 0; start < length; start += BlockSamples)
        {
            Memory<float> part = block.AsMemory(0, Math.Min(BlockSamples, length - start));
            Read(recording, start, part.Span);
            yield return part;
        }
    }

    private Spooled Append(Spooled recording, ReadOnlySpan<float> samples)
    {
        List<Extent> extents = recording.Extents;
        int first = recording.Start + recording.Length, length = checked(recording.Length + samples.Length);
        if ((extents is [.., var end] ? end.First + end.Count : 0) != first)
        {
            throw new InvalidOperationException("a recording of which a part was kept does not grow");
        }

        if (samples.IsEmpty)
        {
            return recording;
        }

        if (extents is [.., var last] && last.FileAt + ((long)last.Count * sizeof(float)) == _end)
        {
            extents[^1] = last with { Count = last.Count + samples.Length };
        }
        else
        {
            extents.Add(new Extent(_end, first, samples.Length));
        }

        RandomAccess.Write(_file, MemoryMarshal.AsBytes(samples), _end);
        _end += (long)samples.Length * sizeof(float);
        return recording with { Length = length };
    }

    /// <summary>The last extent that begins at or before a sample.</summary>
    private static int IndexOf(List<Extent> extents, int sample)
    {
        int low = 0, high = extents.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = extents[middle].First <= sample ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private void ReadExactly(long at, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file, bytes, at);
            if (read == 0)
            {
                throw new EndOfStreamException("the temporary file of samples is shorter than what was written to it");
            }

            bytes = bytes[read..];
            at += read;
        }
    }

    /// <param name="Extents">In order, without a gap.</param>
    /// <param name="Start">First sample that counts.</param>
    /// <param name="Length">Samples that count.</param>
    private readonly record struct Spooled(List<Extent> Extents, int Start, int Length);

    /// <param name="FileAt">Where its bytes begin.</param>
    /// <param name="First">First sample.</param>
    /// <param name="Count">Samples.</param>
    private readonly record struct Extent(long FileAt, int First, int Count);
}
