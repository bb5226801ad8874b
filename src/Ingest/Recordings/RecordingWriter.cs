using System.Buffers.Binary;
using System.Text;

namespace Thrum.Ingest.Recordings;

/// <summary>Writes recordings as files that <see cref="RecordingReader"/> and common tools read; samples stay exact float32.</summary>
public static class RecordingWriter
{
    private const int NpyAlignment = 64;

    // In a chunk that says which program made the file; readers pass over it.
    private static readonly byte[] WavMark = [.. "LIST"u8, 28, 0, 0, 0, .. "INFOISFT"u8, 16, 0, 0, 0, .. "thrum simulate\0\0"u8];

    // Nothing in a .npy file may say who made it, but its header may be padded at will: one block of spaces more than any header of that length needs.
    private const int NpyMark = NpyAlignment;

    /// <summary>Writes a recording of one axis as <c>.npy</c> or <c>.wav</c> (float32).</summary>
    /// <param name="extension">Which: <c>.npy</c> or <c>.wav</c>.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="sampleRateHz">Rate in Hz; kept by .wav only, which needs a whole number.</param>
    /// <returns>The file's content.</returns>
    /// <exception cref="ArgumentException">Another extension, or a rate that .wav cannot hold.</exception>
    public static byte[] ToBytes(string extension, float[] samples, double sampleRateHz)
    {
        using MemoryStream stream = new();
        RecordedAxis[] axes = [new RecordedAxis("", null, samples)];
        Write(stream, Header(extension, axes, sampleRateHz, isSimulated: false), axes);
        return stream.ToArray();
    }

    /// <summary>Writes <c>.npy</c> ([samples] or [samples, axes]) or <c>.wav</c> (float32), by the extension; replaces the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axes">At least one, all of one length.</param>
    /// <param name="sampleRateHz">Rate in Hz; kept by .wav only, which needs a whole number.</param>
    /// <param name="isSimulated">Whether to mark the file as one that nobody measured, see <see cref="IsSimulated"/>.</param>
    /// <exception cref="ArgumentException">Another extension, no axes, different lengths, or a rate that .wav cannot hold.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<RecordedAxis> axes, double sampleRateHz, bool isSimulated = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(axes);
        if (axes.Count == 0 || axes.Any(axis => axis.Samples.Length != axes[0].Samples.Length))
        {
            throw new ArgumentException("at least one axis is needed, and all of one length", nameof(axes));
        }

        byte[] header = Header(Path.GetExtension(path), axes, sampleRateHz, isSimulated);
        using FileStream file = File.Create(path);
        Write(file, header, axes);
    }

    /// <summary>Whether a file was written as a simulated one, by its mark: what was measured is not there a second time, a simulation is.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool IsSimulated(string path)
    {
        byte[] head = new byte[1024];
        using FileStream file = File.OpenRead(path);
        ReadOnlySpan<byte> read = head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        if (read.StartsWith("RIFF"u8))
        {
            return read.IndexOf(WavMark) >= 0;
        }

        // Version 1.0, then the length of the header as two bytes.
        if (!read.StartsWith((ReadOnlySpan<byte>)[0x93, .. "NUMPY"u8, 1, 0]) || read.Length < 10 || read.Length < 10 + BinaryPrimitives.ReadUInt16LittleEndian(read[8..10]))
        {
            return false;
        }

        int padded = BinaryPrimitives.ReadUInt16LittleEndian(read[8..10]);
        return padded == NpyHeaderLength(read.Slice(10, padded).TrimEnd(" \n"u8).Length) + NpyMark;
    }

    private static byte[] Header(string extension, IReadOnlyList<RecordedAxis> axes, double sampleRateHz, bool isSimulated) => extension.ToUpperInvariant() switch
    {
        ".NPY" => NpyHeader(axes, isSimulated ? NpyMark : 0),
        ".WAV" => WavHeader(axes, sampleRateHz, isSimulated ? WavMark : []),
        _ => throw new ArgumentException($"the extension must be .npy or .wav, not '{extension}'", nameof(extension)),
    };

    private static void Write(Stream stream, byte[] header, IReadOnlyList<RecordedAxis> axes)
    {
        using BinaryWriter writer = new(stream);
        writer.Write(header);
        for (int i = 0; i < axes[0].Samples.Length; i++)
        {
            foreach (RecordedAxis axis in axes)
            {
                writer.Write(axis.Samples[i]);
            }
        }
    }

    private static byte[] NpyHeader(IReadOnlyList<RecordedAxis> axes, int spaces)
    {
        int samples = axes[0].Samples.Length;
        string shape = axes.Count == 1
            ? FormattableString.Invariant($"({samples},)")
            : FormattableString.Invariant($"({samples}, {axes.Count})");
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}";

        int padded = NpyHeaderLength(text.Length) + spaces;
        return
        [
            0x93, .. "NUMPY"u8, 1, 0, (byte)padded, (byte)(padded >> 8),
            .. Encoding.ASCII.GetBytes(text.PadRight(padded - 1) + "\n"),
        ];
    }

    // Ten bytes come before it, a line feed ends it, and the numbers start at a multiple of 64.
    private static int NpyHeaderLength(int text) => ((10 + text + 1 + NpyAlignment - 1) / NpyAlignment * NpyAlignment) - 10;

    private static byte[] WavHeader(IReadOnlyList<RecordedAxis> axes, double sampleRateHz, byte[] mark)
    {
        const short IeeeFloat = 3;
        long data = 4L * axes.Count * axes[0].Samples.Length;
        if (!(sampleRateHz is > 0 and <= int.MaxValue) || sampleRateHz != Math.Floor(sampleRateHz))
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRateHz), sampleRateHz, "a wave file needs a whole number of Hz");
        }

        if (axes.Count > short.MaxValue / 4 || data > int.MaxValue - 36 - mark.Length)
        {
            throw new ArgumentException($"{axes.Count} axes and {data} bytes are more than a wave file holds", nameof(axes));
        }

        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write("RIFF"u8);
        writer.Write((int)data + 36 + mark.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write(IeeeFloat);
        writer.Write((short)axes.Count);
        writer.Write((int)sampleRateHz);
        writer.Write((int)Math.Min(int.MaxValue, sampleRateHz * 4 * axes.Count));
        writer.Write((short)(4 * axes.Count));
        writer.Write((short)32);
        writer.Write(mark);
        writer.Write("data"u8);
        writer.Write((int)data);
        return stream.ToArray();
    }
}
