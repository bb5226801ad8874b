namespace Thrum.Ingest.Recordings;

/// <summary>A part of a file with axes of its own.</summary>
/// <param name="First">The first of them among the file's axes.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Whole">What a file has where the part can be read to its end, for messages.</param>
/// <param name="Blocks">Reads the part from front to back: the samples of its axes, valid until the next block. Enumerated once.</param>
internal sealed record AxisPart(int First, int Count, string Whole, Func<IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>>> Blocks);

/// <summary>Blocks of a file whose axes stand in several parts: one part after the other, so that the others' axes have no samples meanwhile. Parts whose axes nobody asked for are not read.</summary>
internal sealed class PartBlocks : IRecordingBlocks
{
    private readonly RecordingSource _source;
    private readonly IDisposable _file;
    private readonly Queue<AxisPart> _parts;
    private readonly ReadOnlyMemory<float>[] _block;
    private AxisPart? _part;
    private IEnumerator<IReadOnlyList<ReadOnlyMemory<float>>>? _blocks;

    /// <summary>Takes the file over.</summary>
    /// <param name="source">For messages, and for which axes are wanted.</param>
    /// <param name="head">What the file says, without samples.</param>
    /// <param name="parts">The parts, which hold each axis once.</param>
    /// <param name="file">What to dispose at the end.</param>
    /// <exception cref="RecordingException">The file lacks an axis that the options name.</exception>
    public PartBlocks(RecordingSource source, Recording head, IEnumerable<AxisPart> parts, IDisposable file)
    {
        (_source, Head, _file) = (source, head, file);
        HashSet<int> wanted = [.. AxisSelection.Of(source, head.Axes)];
        _parts = new Queue<AxisPart>(parts.Where(part => Enumerable.Range(part.First, part.Count).Any(wanted.Contains)));
        _block = new ReadOnlyMemory<float>[head.Axes.Count];
    }

    public Recording Head { get; }

    public IReadOnlyList<ReadOnlyMemory<float>>? Next()
    {
        while (_blocks is not null || _parts.Count > 0)
        {
            _part = _blocks is null ? _parts.Dequeue() : _part!;
            if (NextOf(_part) is { } block)
            {
                for (int i = 0; i < _part.Count; i++)
                {
                    _block[_part.First + i] = block[i];
                }

                return _block;
            }

            Array.Clear(_block, _part.First, _part.Count);
            EndPart();
        }

        return null;
    }

    public void Dispose()
    {
        EndPart();
        _file.Dispose();
    }

    private IReadOnlyList<ReadOnlyMemory<float>>? NextOf(AxisPart part)
    {
        try
        {
            _blocks ??= part.Blocks().GetEnumerator();
            return _blocks.MoveNext() ? _blocks.Current : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException)
        {
            throw _source.Fault(part.Whole, e.Message, e);
        }
    }

    private void EndPart()
    {
        _blocks?.Dispose();
        _blocks = null;
    }
}
