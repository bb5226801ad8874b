namespace Thrum.Ingest.Recordings;

/// <summary>Where numbers of one size stand in a file.</summary>
/// <param name="DataAt">Where they begin.</param>
/// <param name="Kind">How one is stored.</param>
/// <param name="Frames">How many there are of each axis.</param>
/// <param name="Axes">How many axes.</param>
internal sealed record BinaryLayout(long DataAt, SampleKind Kind, long Frames, int Axes)
{
    public bool IsBigEndian { get; init; }

    /// <summary>Axis after axis, not interleaved.</summary>
    public bool IsColumnMajor { get; init; }

    /// <summary>From the stored number to the format's natural unit, before the options' scale.</summary>
    public double UnitScale { get; init; } = 1;

    /// <summary>Added after the scale.</summary>
    public float Offset { get; init; }
}

/// <summary>Blocks of a file of bare numbers; takes the stream over, which can be sought in.</summary>
internal sealed class BinaryBlocks(RecordingSource source, Stream file, BinaryLayout layout, double? sampleRateHz = null) : IRecordingBlocks
{
    // Numbers in a block, all axes together: half a megabyte of float32.
    private const int BlockNumbers = 1 << 17;

    private readonly int _blockFrames = (int)Math.Clamp(layout.Frames, 1, Math.Max(1, BlockNumbers / layout.Axes));
    private byte[]? _bytes;
    private float[][] _samples = [];
    private long _frame;

    public Recording Head { get; } = new()
    {
        Name = source.Name,
        SampleRateHz = sampleRateHz,
        Axes = [.. Enumerable.Range(0, layout.Axes).Select(axis => new RecordedAxis(RecordingSource.AxisName(axis, layout.Axes), null, []))],
    };

    public IReadOnlyList<ReadOnlyMemory<float>>? Next()
    {
        int count = (int)Math.Min(_blockFrames, layout.Frames - _frame);
        if (count == 0)
        {
            return null;
        }

        if (_bytes is null)
        {
            _bytes = new byte[_blockFrames * layout.Kind.Size() * (layout.IsColumnMajor ? 1 : layout.Axes)];
            _samples = [.. Enumerable.Range(0, layout.Axes).Select(_ => new float[_blockFrames])];
        }

        try
        {
            Read(count, _bytes);
        }
        catch (IOException e)
        {
            throw source.Fault("a file that can be read to its end", e.Message, e);
        }

        _frame += count;
        return [.. _samples.Select(samples => samples.AsMemory(0, count))];
    }

    public void Dispose() => file.Dispose();

    private void Read(int count, byte[] bytes)
    {
        int size = layout.Kind.Size(), step = layout.IsColumnMajor ? 1 : layout.Axes;
        Span<byte> block = bytes.AsSpan(0, count * size * step);
        for (int axis = 0; axis < layout.Axes; axis++)
        {
            if (axis == 0 || layout.IsColumnMajor)
            {
                file.Position = layout.DataAt + (size * (layout.IsColumnMajor ? (axis * layout.Frames) + _frame : _frame * layout.Axes));
                file.ReadExactly(block);
            }

            Span<float> samples = _samples[axis].AsSpan(0, count);
            SampleCodec.Read(block, layout.Kind, layout.IsBigEndian, layout.IsColumnMajor ? 0 : axis, step, samples, layout.UnitScale);
            if (layout.Offset != 0)
            {
                foreach (ref float sample in samples)
                {
                    sample += layout.Offset;
                }
            }
        }
    }
}
