using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Thrum.TestSupport;

/// <summary>An axis whose samples are computed while they are written, so that a file may be long.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Samples.</param>
/// <param name="At">From a sample's index to its value.</param>
public sealed record GeneratedAxis(string Name, int Count, Func<int, float> At);

/// <summary>Writes recordings in the formats that Thrum reads only, a float32 vector for each axis.</summary>
public static class RecordingFiles
{
    private const int Chunk = 1 << 14;

    /// <summary>A MATLAB level 5 file of columns.</summary>
    public static void WriteMat(string path, bool isCompressed, params GeneratedAxis[] axes)
    {
        using FileStream file = File.Create(path);
        file.Write([.. new byte[124], 0, 1, (byte)'I', (byte)'M']);
        foreach (GeneratedAxis axis in axes)
        {
            long at = file.Position;
            if (!isCompressed)
            {
                WriteMatrix(file, axis);
                continue;
            }

            Write(file, 15, 0);
            using (ZLibStream zlib = new(file, CompressionLevel.Fastest, leaveOpen: true))
            {
                WriteMatrix(zlib, axis);
            }

            long end = file.Position;
            file.Position = at;
            Write(file, 15, (int)(end - at - 8));
            file.Position = end;
        }
    }

    /// <summary>An archive of NumPy's vectors.</summary>
    public static void WriteNpz(string path, bool isDeflated, params GeneratedAxis[] axes) => WriteZip(path, isDeflated, [.. axes.Select(axis => (axis.Name + ".npy", (Action<Stream>)(entry =>
    {
        WriteNpyHead(entry, "<f4", $"({axis.Count},)", isColumnMajor: false);
        WriteSamples(entry, axis);
    })))]);

    /// <summary>An archive of whatever the entries write.</summary>
    public static void WriteZip(string path, bool isDeflated, params (string Name, Action<Stream> Write)[] entries)
    {
        using ZipArchive archive = new(File.Create(path), ZipArchiveMode.Create);
        foreach ((string name, Action<Stream> write) in entries)
        {
            using Stream entry = archive.CreateEntry(name, isDeflated ? CompressionLevel.Fastest : CompressionLevel.NoCompression).Open();
            write(entry);
        }
    }

    /// <summary>The head of a NumPy array.</summary>
    public static void WriteNpyHead(Stream array, string type, string shape, bool isColumnMajor)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {(isColumnMajor ? "True" : "False")}, 'shape': {shape}, }}\n");
        array.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text]);
    }

    /// <summary>A universal file with a dataset 58 or 58b for each axis, whose name is a number; text has six digits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isBinary">Whether it is 58b, big endian.</param>
    /// <param name="stepSeconds">Time between samples.</param>
    /// <param name="isTimed">Whether each value stands behind its time.</param>
    /// <param name="axes">Its functions.</param>
    public static void WriteUff(string path, bool isBinary, double stepSeconds, bool isTimed, params GeneratedAxis[] axes)
    {
        using FileStream file = File.Create(path);
        foreach (GeneratedAxis axis in axes)
        {
            int numbers = isTimed ? 2 * axis.Count : axis.Count;
            string kind = isBinary ? Invariant($"    58b     2     2{11,12}{4L * numbers,12}     0     0{0,12}{0,12}") : "    58";
            string[] head =
            [
                "    -1", kind, "a test", "NONE", "NONE", "NONE", "NONE", Invariant($"    1         0    0         0 NONE      {axis.Name,10}   0 NONE               0   0"),
                Invariant($"{2,10}{axis.Count,10}{(isTimed ? 0 : 1),10}  0.00000E+00{stepSeconds,13:E5}  0.00000E+00"),
                "        17    0    0    0 Time                 s", "        12    0    0    0 Acceleration         g", "         0    0    0    0 NONE", "         0    0    0    0 NONE",
            ];
            Array.ForEach(head, line => file.Write(Encoding.ASCII.GetBytes(line + "\n")));
            if (isBinary)
            {
                WriteBigEndian(file, numbers, Number);
            }
            else
            {
                WriteText(file, numbers, Number);
            }

            file.Write("    -1\n"u8);
            float Number(int i) => !isTimed ? axis.At(i) : i % 2 == 0 ? (float)(i / 2 * stepSeconds) : axis.At(i / 2);
        }
    }

    private static void WriteMatrix(Stream stream, GeneratedAxis axis)
    {
        byte[] name = Encoding.Latin1.GetBytes(axis.Name);
        int named = (name.Length + 7) / 8 * 8, bytes = ((sizeof(float) * axis.Count) + 7) / 8 * 8;
        Write(stream, 14, 16 + 24 + 8 + named + 8 + bytes, 6, 8, 7, 0, 5, 12, 1, axis.Count, 1, 0, 1, name.Length);
        stream.Write([.. name, .. new byte[named - name.Length]]);
        Write(stream, 7, sizeof(float) * axis.Count);
        WriteSamples(stream, axis);
        stream.Write(new byte[bytes - (sizeof(float) * axis.Count)]);
    }

    private static void Write(Stream stream, params ReadOnlySpan<int> words) => stream.Write(MemoryMarshal.AsBytes(words));

    private static void WriteSamples(Stream stream, GeneratedAxis axis)
    {
        float[] chunk = new float[Chunk];
        for (int start = 0; start < axis.Count; start += Chunk)
        {
            int count = Math.Min(Chunk, axis.Count - start);
            for (int i = 0; i < count; i++)
            {
                chunk[i] = axis.At(start + i);
            }

            stream.Write(MemoryMarshal.AsBytes(chunk.AsSpan(0, count)));
        }
    }

    private static void WriteBigEndian(Stream stream, int count, Func<int, float> at)
    {
        byte[] chunk = new byte[sizeof(float) * Chunk];
        for (int start = 0; start < count; start += Chunk)
        {
            int length = Math.Min(Chunk, count - start);
            for (int i = 0; i < length; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteSingleBigEndian(chunk.AsSpan(sizeof(float) * i), at(start + i));
            }

            stream.Write(chunk, 0, sizeof(float) * length);
        }
    }

    private static void WriteText(Stream stream, int count, Func<int, float> at)
    {
        Span<char> text = stackalloc char[32];
        byte[] line = new byte[(6 * 13) + 1];
        for (int start = 0; start < count; start += 6)
        {
            int columns = Math.Min(6, count - start) * 13;
            line.AsSpan().Fill((byte)' ');
            line[columns] = (byte)'\n';
            for (int i = 0; 13 * i < columns; i++)
            {
                at(start + i).TryFormat(text, out int length, "E5", CultureInfo.InvariantCulture);
                Encoding.ASCII.GetBytes(text[..length], line.AsSpan((13 * (i + 1)) - length));
            }

            stream.Write(line, 0, columns + 1);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
