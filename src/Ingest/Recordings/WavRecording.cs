using System.Buffers.Binary;
using System.Text;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// RIFF WAVE with PCM of 8, 16, 24 or 32 bits or float of 32 or 64, plain or WAVE_FORMAT_EXTENSIBLE (Microsoft, "Multiple
/// channel audio data and WAVE files"). Integers become fractions of full scale, −1 … 1; 8 bits are unsigned about 128.
/// </summary>
internal static class WavRecording
{
    private const int Pcm = 1;
    private const int IeeeFloat = 3;
    private const int Extensible = 0xFFFE;

    private const int FormatBytes = 40;

    public static IRecordingBlocks Open(RecordingSource source) => source.OpenBlocks(file =>
    {
        byte[] head = new byte[FormatBytes];
        if (file.ReadAtLeast(head.AsSpan(0, 12), 12, throwOnEndOfStream: false) < 12 || !head.AsSpan().StartsWith("RIFF"u8) || !head.AsSpan(8).StartsWith("WAVE"u8))
        {
            throw source.Fault("a RIFF WAVE header", $"{file.Length} bytes without one");
        }

        Layout? layout = null;
        for (long at = 12; at <= file.Length - 8;)
        {
            file.Position = at;
            file.ReadExactly(head.AsSpan(0, 8));
            string id = Encoding.Latin1.GetString(head, 0, 4);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            at += 8;
            if (length > file.Length - at)
            {
                throw source.Fault($"{length} bytes in chunk '{Printable(id)}'", $"{file.Length - at} bytes");
            }

            if (id == "fmt ")
            {
                Span<byte> format = head.AsSpan(0, (int)Math.Min(length, FormatBytes));
                file.ReadExactly(format);
                layout = ReadLayout(source, format);
            }
            else if (id == "data")
            {
                return Blocks(source, layout ?? throw source.Fault("a 'fmt ' chunk before 'data'", "none"), file, length);
            }

            // Chunks start at even places.
            at += length + (length & 1);
        }

        throw source.Fault("a 'data' chunk", "none");
    });

    private static BinaryBlocks Blocks(RecordingSource source, Layout layout, Stream file, uint length)
    {
        int frame = layout.Axes * layout.Kind.Size();
        return length % frame != 0
            ? throw source.Fault($"whole frames of {frame} bytes", $"{length} bytes of data")
            : new BinaryBlocks(source, file, new BinaryLayout(layout.Kind, length / frame, layout.Axes)
            {
                UnitScale = layout.UnitScale,

                // 8-bit samples are 0 … 255 about 128: scaled to 0 … 2, they still have to come down by one.
                Offset = layout.Kind == SampleKind.UInt8 ? -1f : 0f,
            }, layout.SampleRateHz);
    }

    private static Layout ReadLayout(RecordingSource source, ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 16)
        {
            throw source.Fault("a 'fmt ' chunk of at least 16 bytes", $"{chunk.Length} bytes");
        }

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        int axes = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        int frame = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (tag == Extensible && chunk.Length >= FormatBytes)
        {
            // The sub-format's identifier begins with the plain tag.
            tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
        }

        (SampleKind kind, double scale) = (tag, bits) switch
        {
            (Pcm, 8) => (SampleKind.UInt8, 1 / 128.0),
            (Pcm, 16) => (SampleKind.Int16, 1 / 32768.0),
            (Pcm, 24) => (SampleKind.Int24, 1 / 8388608.0),
            (Pcm, 32) => (SampleKind.Int32, 1 / 2147483648.0),
            (IeeeFloat, 32) => (SampleKind.Float32, 1.0),
            (IeeeFloat, 64) => (SampleKind.Float64, 1.0),
            _ => throw source.Fault("PCM of 8, 16, 24 or 32 bits or float of 32 or 64", $"format {tag} of {bits} bits"),
        };
        return axes == 0 || rate == 0 || frame != axes * kind.Size()
            ? throw source.Fault("a rate, and a frame size that fits", $"{rate} Hz, {axes} axes of {bits} bits in frames of {frame} bytes")
            : new Layout(kind, axes, rate, scale);
    }

    private static string Printable(string id) =>
        string.Concat(id.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '?'));

    private sealed record Layout(SampleKind Kind, int Axes, double SampleRateHz, double UnitScale);
}
