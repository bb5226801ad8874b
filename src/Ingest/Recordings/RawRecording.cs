namespace Thrum.Ingest.Recordings;

/// <summary>Bare little-endian samples, axes interleaved.</summary>
internal static class RawRecording
{
    public static Recording Read(RecordingSource source, SampleKind kind)
    {
        byte[] data = source.ReadAll();
        int frame = kind.Size() * source.Options.RawAxes;
        if (data.Length % frame != 0)
        {
            throw source.Fault($"whole frames of {frame} bytes", $"{data.Length} bytes, {data.Length % frame} too many");
        }

        return new Recording { Name = source.Name, Axes = RecordingSource.Deinterleave(data, kind, source.Options.RawAxes) };
    }
}
