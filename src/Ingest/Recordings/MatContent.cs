using System.IO.Compression;

namespace Thrum.Ingest.Recordings;

/// <summary>Where a MATLAB file has the data of a matrix element.</summary>
/// <param name="At">The first byte of them, or of the zlib stream that holds the element.</param>
/// <param name="Length">Bytes in the file.</param>
/// <param name="IsCompressed">Whether they are in a zlib stream, behind a tag of 8 bytes.</param>
internal readonly record struct MatContent(long At, long Length, bool IsCompressed)
{
    // A zlib stream cannot grow by more than this factor, so a greater length is a lie.
    private const long MostGrowth = 1032;

    /// <summary>What a file has where they can be read to their end, for messages.</summary>
    public string Whole => IsCompressed ? "a whole zlib stream in a compressed element" : RecordingSource.Whole;

    /// <summary>Opens them, to be read from front to back; inflates as they are read.</summary>
    /// <param name="file">The file, which stays open.</param>
    public Stream Open(Stream file)
    {
        FileSegment segment = new(file, At, Length);
        return IsCompressed ? new ZLibStream(segment, CompressionMode.Decompress) : segment;
    }

    /// <summary>Goes to the matrix, behind the tag that a zlib stream begins with.</summary>
    /// <returns>Bytes of the matrix, unpacked.</returns>
    /// <param name="source">For messages.</param>
    /// <param name="content">What <see cref="Open"/> gave.</param>
    /// <param name="isBigEndian">Byte order of the file.</param>
    /// <exception cref="RecordingException">Packed is something else than a matrix, or it claims to be longer than it can be.</exception>
    /// <exception cref="InvalidDataException">It is no zlib stream.</exception>
    /// <exception cref="IOException">It is broken off, or the file cannot be read.</exception>
    public long ToMatrix(RecordingSource source, Stream content, bool isBigEndian)
    {
        if (!IsCompressed)
        {
            return Length;
        }

        Span<byte> tag = stackalloc byte[8];
        content.ReadExactly(tag);
        uint type = MatElement.ReadUInt32(tag, isBigEndian), length = MatElement.ReadUInt32(tag[4..], isBigEndian);
        return type == MatElement.Matrix && length <= (MostGrowth * Length) + 64
            ? length
            : throw source.Fault("a matrix in a compressed element", $"type {type} of {length} bytes out of {Length}");
    }
}
