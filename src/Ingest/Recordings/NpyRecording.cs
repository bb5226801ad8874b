namespace Thrum.Ingest.Recordings;

/// <summary>NumPy's array file: real numbers, [samples] or [samples, axes], either order.</summary>
internal static class NpyRecording
{
    private const int MostAxes = 1024;

    public static Recording Read(RecordingSource source)
    {
        byte[] bytes = source.ReadAll();
        return new Recording { Name = source.Name, Axes = ReadAxes(source, NpyHeader.Read(source, bytes), bytes) };
    }

    /// <summary>The axes of an array: one for each column.</summary>
    /// <exception cref="RecordingException">It is not what its header says, or not of real numbers in one or two dimensions.</exception>
    public static List<RecordedAxis> ReadAxes(RecordingSource source, NpyHeader header, ReadOnlySpan<byte> bytes)
    {
        SampleKind kind = header.Kind ?? throw source.Fault("numbers of type f4, f8, i1 … i8 or u1 … u8", $"'{header.Description}'");
        (int frames, int axes) = header.Sizes() switch
        {
            [int samples] => (samples, 1),
            [int samples, >= 1 and <= MostAxes and int columns] => (samples, columns),
            _ => throw source.Fault($"a shape (samples,) or (samples, axes) with at most {MostAxes} axes", $"({header.Shape})"),
        };
        ReadOnlySpan<byte> data = bytes[header.DataAt..];
        long needed = (long)frames * axes * kind.Size();
        return data.Length != needed ? throw source.Fault($"{needed} bytes for shape ({frames}, {axes})", $"{data.Length} bytes after the header")
            : header.IsColumnMajor ? ReadColumns(data, kind, header.IsBigEndian, frames, axes)
            : RecordingSource.Deinterleave(data, kind, axes, bigEndian: header.IsBigEndian);
    }

    private static List<RecordedAxis> ReadColumns(ReadOnlySpan<byte> data, SampleKind kind, bool bigEndian, int frames, int axes)
    {
        List<RecordedAxis> result = new(axes);
        for (int axis = 0; axis < axes; axis++)
        {
            float[] samples = new float[frames];
            SampleCodec.Read(data[(axis * frames * kind.Size())..], kind, bigEndian, 0, 1, samples);
            result.Add(new RecordedAxis(RecordingSource.AxisName(axis, axes), null, samples));
        }

        return result;
    }
}
