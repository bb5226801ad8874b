namespace Thrum.Ingest.Recordings;

/// <summary>Bare little-endian samples, axes interleaved.</summary>
internal static class RawRecording
{
    public static IRecordingBlocks Open(RecordingSource source, SampleKind kind) => source.OpenBlocks(file =>
    {
        int frame = kind.Size() * source.Options.RawAxes;
        return file.Length % frame != 0
            ? throw source.Fault($"whole frames of {frame} bytes", $"{file.Length} bytes, {file.Length % frame} too many")
            : new BinaryBlocks(source, file, new BinaryLayout(kind, file.Length / frame, source.Options.RawAxes));
    });
}
