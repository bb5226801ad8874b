namespace Thrum.Ingest.Recordings;

/// <summary>NumPy's array file: real numbers, [samples] or [samples, axes], either order.</summary>
internal static class NpyRecording
{
    private const int MostAxes = 1024;

    // A head of a plain array has a hundred bytes.
    private const int MostHeadBytes = 1 << 20;

    public static IRecordingBlocks Open(RecordingSource source) => source.OpenBlocks(file =>
    {
        byte[] head = new byte[(int)Math.Min(file.Length, MostHeadBytes)];
        file.ReadExactly(head);
        return Blocks(source, NpyHeader.Read(source, head), file);
    });

    /// <summary>The axes of an array: one for each column.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="header">Its head.</param>
    /// <param name="array">The whole array with its head; taken over.</param>
    /// <exception cref="RecordingException">It is not what its header says, or not of real numbers in one or two dimensions.</exception>
    public static BinaryBlocks Blocks(RecordingSource source, NpyHeader header, Stream array)
    {
        SampleKind kind = header.Kind ?? throw source.Fault("numbers of type f4, f8, i1 … i8 or u1 … u8", $"'{header.Description}'");
        (long frames, int axes) = header.Sizes() switch
        {
            [long samples] => (samples, 1),
            [long samples, >= 1 and <= MostAxes and long columns] => (samples, (int)columns),
            _ => throw source.Fault($"a shape (samples,) or (samples, axes) with at most {MostAxes} axes", $"({header.Shape})"),
        };
        Int128 needed = (Int128)frames * axes * kind.Size();
        long found = array.Length - header.DataAt;
        return found != needed
            ? throw source.Fault($"{needed} bytes for shape ({frames}, {axes})", $"{found} bytes after the header")
            : new BinaryBlocks(source, array, new BinaryLayout(header.DataAt, kind, frames, axes)
            {
                IsBigEndian = header.IsBigEndian,
                IsColumnMajor = header.IsColumnMajor && axes > 1,
            });
    }
}
