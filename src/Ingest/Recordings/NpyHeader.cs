using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// The head of NumPy's array (format description in <c>numpy.lib.format</c>): magic, version, length and text of a Python
/// dictionary; the numbers follow. Versions 1 to 3.
/// </summary>
/// <param name="Description">Type of a number, such as <c>&lt;f4</c>; of an array of records what its list begins with.</param>
/// <param name="IsColumnMajor">Whether the first index runs fastest.</param>
/// <param name="Shape">The shape as written, without its brackets.</param>
/// <param name="DataAt">Where the numbers begin.</param>
internal sealed partial record NpyHeader(string Description, bool IsColumnMajor, string Shape, int DataAt)
{
    // That of a plain array has a hundred bytes.
    private const int MostTextBytes = 1 << 20;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>How a number is stored; null where it is no real number.</summary>
    public SampleKind? Kind => (Description.Length > 1 ? Description[1..] : "") switch
    {
        "f4" => SampleKind.Float32,
        "f8" => SampleKind.Float64,
        "i1" => SampleKind.Int8,
        "u1" => SampleKind.UInt8,
        "i2" => SampleKind.Int16,
        "u2" => SampleKind.UInt16,
        "i4" => SampleKind.Int32,
        "u4" => SampleKind.UInt32,
        "i8" => SampleKind.Int64,
        "u8" => SampleKind.UInt64,
        _ => null,
    };

    public bool IsBigEndian => Description[0] == '>';

    /// <summary>The sizes of the array, none for a single number; null where they cannot be read.</summary>
    public long[]? Sizes()
    {
        string[] parts = Shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        long[] sizes = new long[parts.Length];
        bool whole = true;
        for (int i = 0; i < parts.Length; i++)
        {
            whole &= long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]);
        }

        return whole ? sizes : null;
    }

    /// <summary>Reads the head, and leaves the stream at the first number.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="array">The array, from its first byte.</param>
    /// <param name="length">Bytes of the whole array.</param>
    /// <exception cref="RecordingException">The bytes do not begin with such a head.</exception>
    /// <exception cref="IOException">The stream cannot be read, or is shorter than its length.</exception>
    public static NpyHeader Read(RecordingSource source, Stream array, long length)
    {
        Span<byte> head = stackalloc byte[12];
        if (length < head.Length || array.ReadAtLeast(head[..10], 10, throwOnEndOfStream: false) < 10 || !head.StartsWith(Magic))
        {
            throw source.Fault("the magic bytes \\x93NUMPY and a header", $"{length} bytes without them");
        }

        int version = head[6];
        if (version is < 1 or > 3)
        {
            throw source.Fault("version 1, 2 or 3", $"version {version}");
        }

        int at = version == 1 ? 10 : 12;
        array.ReadExactly(head[10..at]);
        long textLength = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(head[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (textLength > length - at)
        {
            throw source.Fault($"a header of {textLength} bytes", $"{length - at} bytes");
        }

        byte[] text = textLength <= MostTextBytes ? new byte[textLength] : throw source.Fault($"a header of at most {MostTextBytes} bytes", $"{textLength} bytes");
        array.ReadExactly(text);
        string header = Encoding.UTF8.GetString(text);
        return new NpyHeader(
            Field(source, DescriptionPattern(), header, "a 'descr'"),
            Field(source, OrderPattern(), header, "'fortran_order'") == "True",
            Field(source, ShapePattern(), header, "'shape'"),
            at + (int)textLength);
    }

    private static string Field(RecordingSource source, Regex pattern, string header, string what)
    {
        Match match = pattern.Match(header);
        return match.Success
            ? match.Groups[1].Value
            : throw source.Fault($"{what} in the header", "'" + (header.Length > 120 ? header[..120] + "…" : header).TrimEnd() + "'");
    }

    [GeneratedRegex("'descr'\\s*:\\s*(?:'(?<type>[^']*)'|(?<type>\\[[^\\]]*\\]?))")]
    private static partial Regex DescriptionPattern();

    [GeneratedRegex("'fortran_order'\\s*:\\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^)]*)\\)")]
    private static partial Regex ShapePattern();
}
