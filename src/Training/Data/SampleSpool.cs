using System.Collections;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Thrum.Training.Data;

/// <summary>
/// The samples of many recordings in one temporary file, so that together they may be larger than memory: one recording at a time is. As a list it loads a recording when it is
/// asked for and keeps the last one. The file goes with it. Reading single windows is thread-safe, the list is not.
/// </summary>
public sealed class SampleSpool : IReadOnlyList<ReadOnlyMemory<float>>, IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly List<(long Start, int Length)> _recordings = [];
    private long _length;
    private (int Index, float[] Samples) _loaded = (-1, []);

    /// <summary>Creates the file.</summary>
    /// <param name="folder">Where it has room; null for the system's temporary folder.</param>
    public SampleSpool(string? folder = null)
    {
        string path = Path.Combine(folder ?? Path.GetTempPath(), Path.GetRandomFileName());
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
    }

    /// <summary>Number of recordings.</summary>
    public int Count => _recordings.Count;

    /// <summary>Samples of each recording.</summary>
    public IReadOnlyList<int> Lengths => [.. _recordings.Select(recording => recording.Length)];

    /// <summary>The samples of a recording; valid until another one is asked for.</summary>
    /// <param name="index">In the order they were added.</param>
    public ReadOnlyMemory<float> this[int index]
    {
        get
        {
            if (_loaded.Index != index)
            {
                float[] samples = new float[_recordings[index].Length];
                Read(index, 0, samples);
                _loaded = (index, samples);
            }

            return _loaded.Samples;
        }
    }

    /// <summary>Adds a recording; it is not kept in memory.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Add(ReadOnlySpan<float> samples)
    {
        RandomAccess.Write(_file, MemoryMarshal.AsBytes(samples), _length);
        _recordings.Add((_length, samples.Length));
        _length += (long)samples.Length * sizeof(float);
    }

    /// <summary>Copies samples of a recording.</summary>
    internal void Read(int index, int start, Span<float> samples)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(samples);
        long at = _recordings[index].Start + ((long)start * sizeof(float));
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file, bytes, at);
            if (read == 0)
            {
                throw new EndOfStreamException($"expected {samples.Length} samples of recording {index} from {start} on, found fewer");
            }

            bytes = bytes[read..];
            at += read;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<ReadOnlyMemory<float>> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Deletes the file.</summary>
    public void Dispose() => _file.Dispose();
}
