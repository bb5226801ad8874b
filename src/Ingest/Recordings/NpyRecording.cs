namespace Thrum.Ingest.Recordings;

/// <summary>NumPy's array file: real numbers, [samples] or [samples, axes], either order.</summary>
internal static class NpyRecording
{
    /// <summary>Columns of an array that is taken for a recording; a wider one is something else.</summary>
    public const int MostAxes = 1024;

    public static IRecordingBlocks Open(RecordingSource source) =>
        source.OpenBlocks(file => new BinaryBlocks(source, file, Layout(source, NpyHeader.Read(source, file, file.Length), file.Length)));

    /// <summary>How the numbers behind a head are stored: each column is an axis.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="header">The array's head.</param>
    /// <param name="length">Bytes of the whole array with its head.</param>
    /// <exception cref="RecordingException">They are not as many as the head says, or not real numbers in one or two dimensions.</exception>
    public static BinaryLayout Layout(RecordingSource source, NpyHeader header, long length)
    {
        SampleKind kind = header.Kind ?? throw source.Fault("numbers of type f4, f8, i1 … i8 or u1 … u8", $"'{header.Description}'");
        (long frames, int axes) = header.Sizes() switch
        {
            [long samples] => (samples, 1),
            [long samples, >= 1 and <= MostAxes and long columns] => (samples, (int)columns),
            _ => throw source.Fault($"a shape (samples,) or (samples, axes) with at most {MostAxes} axes", $"({header.Shape})"),
        };
        Int128 needed = (Int128)frames * axes * kind.Size();
        long found = length - header.DataAt;
        return found != needed
            ? throw source.Fault($"{needed} bytes for shape ({frames}, {axes})", $"{found} bytes after the header")
            : new BinaryLayout(kind, frames, axes) { IsBigEndian = header.IsBigEndian, IsColumnMajor = header.IsColumnMajor && axes > 1 };
    }
}
