using System.IO.Compression;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// Variables of a MATLAB level 5 file (MathWorks, "MAT-File Format"): a header of 128 bytes, then tagged elements, each a
/// matrix or a zlib stream with a matrix in it.
/// </summary>
internal static class MatFile
{
    private const int HeaderLength = 128;

    // A zlib stream cannot grow by more than this factor, so a greater length is a lie and must not be allocated.
    private const long MostGrowth = 1032;

    public static List<MatVariable> Read(RecordingSource source)
    {
        byte[] bytes = source.ReadAll();
        bool bigEndian = ReadHeader(source, bytes);
        List<MatVariable> variables = [];
        ReadOnlySpan<byte> rest = bytes.AsSpan(HeaderLength);
        while (!rest.IsEmpty)
        {
            int at = bytes.Length - rest.Length;
            MatElement element = MatElement.Take(source, bigEndian, ref rest);
            if (element.Type == MatElement.Compressed)
            {
                byte[] inflated = Inflate(source, bigEndian, bytes, at + 8, element.Data.Length);
                variables.Add(MatVariable.Read(source, bigEndian, inflated));
            }
            else if (element.Type == MatElement.Matrix)
            {
                variables.Add(MatVariable.Read(source, bigEndian, element.Data));
            }
            else
            {
                throw source.Fault("a matrix or compressed element", $"type {element.Type} at byte {at}");
            }
        }

        return variables;
    }

    private static bool ReadHeader(RecordingSource source, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
        {
            throw source.Fault("a MATLAB level 5 header of 128 bytes", $"{bytes.Length} bytes");
        }

        bool bigEndian = bytes[126] == 'M' && bytes[127] == 'I';
        bool littleEndian = bytes[126] == 'I' && bytes[127] == 'M';
        int version = bigEndian ? (bytes[124] << 8) | bytes[125] : bytes[124] | (bytes[125] << 8);
        return (bigEndian || littleEndian, version) switch
        {
            (true, 0x0100) => bigEndian,
            (true, 0x0200) => throw source.Fault("MATLAB level 5 (save with -v7)", "MATLAB 7.3, which is HDF5"),
            _ => throw source.Fault("a MATLAB level 5 header", "another version or no endian mark"),
        };
    }

    /// <summary>The inside of the one matrix element in a zlib stream.</summary>
    private static byte[] Inflate(RecordingSource source, bool bigEndian, byte[] bytes, int at, int length)
    {
        using ZLibStream stream = new(new MemoryStream(bytes, at, length, writable: false), CompressionMode.Decompress);
        try
        {
            byte[] tag = new byte[8];
            stream.ReadExactly(tag);
            uint type = MatElement.ReadUInt32(tag, bigEndian);
            uint inflated = MatElement.ReadUInt32(tag.AsSpan(4), bigEndian);
            if (type != MatElement.Matrix || inflated > (MostGrowth * length) + 64 || inflated > Array.MaxLength)
            {
                throw source.Fault("a matrix in a compressed element", $"type {type} of {inflated} bytes out of {length}");
            }

            byte[] matrix = new byte[inflated];
            stream.ReadExactly(matrix);
            return matrix;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw source.Fault("a whole zlib stream in a compressed element", e.Message, e);
        }
    }
}
