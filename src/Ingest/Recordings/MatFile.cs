namespace Thrum.Ingest.Recordings;

/// <summary>
/// Variables of a MATLAB level 5 file (MathWorks, "MAT-File Format"): a header of 128 bytes, then tagged elements, each a
/// matrix or a zlib stream with a matrix in it.
/// </summary>
internal sealed class MatFile(RecordingSource source, Stream file, bool isBigEndian)
{
    private const int HeaderLength = 128;

    // What is known of each stays in memory.
    private const int MostVariables = 1 << 16;

    /// <summary>Reads the header.</summary>
    /// <exception cref="RecordingException">It is another one.</exception>
    public static MatFile Open(RecordingSource source, Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        int read = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        return new MatFile(source, file, IsBigEndian(source, header[..read]));
    }

    /// <summary>What the variables are; of compressed ones only the beginning is inflated.</summary>
    /// <exception cref="RecordingException">The file is malformed or broken off.</exception>
    public List<MatVariable> Variables()
    {
        List<MatVariable> variables = [];
        for (long at = HeaderLength; at < file.Length;)
        {
            file.Position = at;
            MatElement element = new MatElements(source, file, isBigEndian, file.Length - at).Next();
            if (element.Type is not (MatElement.Compressed or MatElement.Matrix))
            {
                throw source.Fault("a matrix or compressed element", $"type {element.Type} at byte {at}");
            }

            variables.Add(Variable(new MatContent(at + element.TagBytes, element.Length, element.Type == MatElement.Compressed)));
            if (variables.Count > MostVariables)
            {
                throw source.Fault($"at most {MostVariables} variables", "more");
            }

            at += element.Bytes;
        }

        return variables;
    }

    /// <summary>The numbers of a variable, block by block.</summary>
    /// <exception cref="InvalidDataException">Its zlib stream is damaged.</exception>
    /// <exception cref="IOException">It is broken off.</exception>
    public IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>> Blocks(MatVariable variable)
    {
        using Stream matrix = variable.Content.Open(file);
        variable.Content.ToMatrix(source, matrix, isBigEndian);
        matrix.ReadExactly(new byte[variable.NumbersAt]);
        using BinaryBlocks blocks = new(source, matrix, new BinaryLayout(variable.Kind!.Value, variable.Count, 1) { IsBigEndian = isBigEndian });
        while (blocks.Next() is { } block)
        {
            yield return block;
        }

        // A zlib stream ends with a checksum, which is looked at where somebody reads on, behind what pads the numbers.
        matrix.ReadAtLeast(new byte[8], 8, throwOnEndOfStream: false);
    }

    private static bool IsBigEndian(RecordingSource source, ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderLength)
        {
            throw source.Fault("a MATLAB level 5 header of 128 bytes", $"{header.Length} bytes");
        }

        bool bigEndian = header[126] == 'M' && header[127] == 'I';
        bool littleEndian = header[126] == 'I' && header[127] == 'M';
        int version = bigEndian ? (header[124] << 8) | header[125] : header[124] | (header[125] << 8);
        return (bigEndian || littleEndian, version) switch
        {
            (true, 0x0100) => bigEndian,
            (true, 0x0200) => throw source.Fault("MATLAB level 5 (save with -v7)", "MATLAB 7.3, which is HDF5"),
            _ => throw source.Fault("a MATLAB level 5 header", "another version or no endian mark"),
        };
    }

    private MatVariable Variable(MatContent content)
    {
        try
        {
            using Stream matrix = content.Open(file);
            long length = content.ToMatrix(source, matrix, isBigEndian);
            return MatVariable.Read(source, new MatElements(source, matrix, isBigEndian, length)) with { Content = content };
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw source.Fault(content.Whole, e.Message, e);
        }
    }
}
