namespace Thrum.Ingest.Recordings;

/// <summary>How numbers of one size are stored.</summary>
/// <param name="Kind">How one is stored.</param>
/// <param name="Frames">How many there are of each axis.</param>
/// <param name="Axes">How many axes.</param>
internal sealed record BinaryLayout(SampleKind Kind, long Frames, int Axes)
{
    public bool IsBigEndian { get; init; }

    /// <summary>Axis after axis, not interleaved.</summary>
    public bool IsColumnMajor { get; init; }

    /// <summary>From the stored number to the format's natural unit, before the options' scale.</summary>
    public double UnitScale { get; init; } = 1;

    /// <summary>Added after the scale.</summary>
    public float Offset { get; init; }
}

/// <summary>
/// Blocks of bare numbers, read from front to back: of axes that are not interleaved each block has one, all of the first axis before the next. Takes the stream over, which stands at the
/// first number and need not be one that can be sought in.
/// </summary>
internal sealed class BinaryBlocks : IRecordingBlocks
{
    // Numbers in a block, all axes together: half a megabyte of float32.
    private const int BlockNumbers = 1 << 17;

    private readonly Stream _numbers;
    private readonly BinaryLayout _layout;

    // Axes that are read together, and passes over the numbers of each.
    private readonly int _together, _passes;
    private readonly int _blockFrames;
    private byte[]? _bytes;
    private float[][] _samples = [];
    private long _frame;
    private int _pass;

    /// <param name="source">For names.</param>
    /// <param name="numbers">Stands at the first.</param>
    /// <param name="layout">What they are.</param>
    /// <param name="sampleRateHz">Their rate, where the file says it.</param>
    public BinaryBlocks(RecordingSource source, Stream numbers, BinaryLayout layout, double? sampleRateHz = null)
    {
        (_numbers, _layout) = (numbers, layout);
        (_together, _passes) = layout.IsColumnMajor ? (1, layout.Axes) : (layout.Axes, 1);
        _blockFrames = (int)Math.Clamp(layout.Frames, 1, Math.Max(1, BlockNumbers / _together));
        Head = new Recording
        {
            Name = source.Name,
            SampleRateHz = sampleRateHz,
            Axes = [.. Enumerable.Range(0, layout.Axes).Select(axis => new RecordedAxis(RecordingSource.AxisName(axis, layout.Axes), null, []))],
        };
    }

    public Recording Head { get; }

    public IReadOnlyList<ReadOnlyMemory<float>>? Next()
    {
        if (_frame == _layout.Frames && _pass < _passes - 1)
        {
            _frame = 0;
            _pass++;
        }

        int count = (int)Math.Min(_blockFrames, _layout.Frames - _frame);
        if (count == 0)
        {
            return null;
        }

        _bytes ??= new byte[_blockFrames * _layout.Kind.Size() * _together];
        _samples = _samples.Length > 0 ? _samples : [.. Enumerable.Range(0, _together).Select(_ => new float[_blockFrames])];
        Span<byte> bytes = _bytes.AsSpan(0, count * _layout.Kind.Size() * _together);
        _numbers.ReadExactly(bytes);
        _frame += count;
        var block = new ReadOnlyMemory<float>[_layout.Axes];
        for (int axis = 0; axis < _together; axis++)
        {
            Decode(bytes, axis, _samples[axis].AsSpan(0, count));
            block[_pass + axis] = _samples[axis].AsMemory(0, count);
        }

        return block;
    }

    public void Dispose() => _numbers.Dispose();

    private void Decode(ReadOnlySpan<byte> bytes, int axis, Span<float> samples)
    {
        SampleCodec.Read(bytes, _layout.Kind, _layout.IsBigEndian, axis, _together, samples, _layout.UnitScale);
        if (_layout.Offset != 0)
        {
            foreach (ref float sample in samples)
            {
                sample += _layout.Offset;
            }
        }
    }
}
