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

    public static Recording Read(RecordingSource source)
    {
        byte[] bytes = source.ReadAll();
        if (bytes.Length < 12 || !bytes.AsSpan().StartsWith("RIFF"u8) || !bytes.AsSpan(8).StartsWith("WAVE"u8))
        {
            throw source.Fault("a RIFF WAVE header", $"{bytes.Length} bytes without one");
        }

        Layout? layout = null;
        for (int at = 12; at <= bytes.Length - 8;)
        {
            ReadOnlySpan<byte> id = bytes.AsSpan(at, 4);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4));
            at += 8;
            if (length > bytes.Length - at)
            {
                throw source.Fault($"{length} bytes in chunk '{Printable(id)}'", $"{bytes.Length - at} bytes");
            }

            ReadOnlySpan<byte> chunk = bytes.AsSpan(at, (int)length);
            if (id.SequenceEqual("fmt "u8))
            {
                layout = ReadLayout(source, chunk);
            }
            else if (id.SequenceEqual("data"u8))
            {
                return ReadData(source, layout ?? throw source.Fault("a 'fmt ' chunk before 'data'", "none"), chunk);
            }

            // Chunks start at even places.
            at += (int)length + (int)(length & 1);
        }

        throw source.Fault("a 'data' chunk", "none");
    }

    private static Recording ReadData(RecordingSource source, Layout layout, ReadOnlySpan<byte> data)
    {
        int frame = layout.Axes * layout.Kind.Size();
        if (data.Length % frame != 0)
        {
            throw source.Fault($"whole frames of {frame} bytes", $"{data.Length} bytes of data");
        }

        List<RecordedAxis> axes = RecordingSource.Deinterleave(data, layout.Kind, layout.Axes, layout.UnitScale);
        if (layout.Kind == SampleKind.UInt8)
        {
            foreach (RecordedAxis axis in axes)
            {
                LowerByOne(axis.Samples);
            }
        }

        return new Recording { Name = source.Name, SampleRateHz = layout.SampleRateHz, Axes = axes };
    }

    // 8-bit samples are 0 … 255 about 128: scaled to 0 … 2, they still have to come down by one.
    private static void LowerByOne(Span<float> samples)
    {
        foreach (ref float sample in samples)
        {
            sample -= 1f;
        }
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
        if (tag == Extensible && chunk.Length >= 40)
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

    private static string Printable(ReadOnlySpan<byte> id) =>
        string.Concat(Encoding.Latin1.GetString(id).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '?'));

    private sealed record Layout(SampleKind Kind, int Axes, double SampleRateHz, double UnitScale);
}
