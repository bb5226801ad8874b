using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// NumPy's array file (format description in <c>numpy.lib.format</c>): magic, version, length and text of a Python
/// dictionary, then the numbers. Versions 1 to 3, real numbers, [samples] or [samples, axes], either order.
/// </summary>
internal static partial class NpyRecording
{
    private const int MostAxes = 1024;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static Recording Read(RecordingSource source)
    {
        byte[] bytes = source.ReadAll();
        (string header, int dataAt) = ReadHeader(source, bytes);
        (SampleKind kind, bool bigEndian) = ReadKind(source, Field(source, DescriptionPattern(), header, "a plain 'descr'"));
        bool columnMajor = Field(source, OrderPattern(), header, "'fortran_order'") == "True";
        (int frames, int axes) = ReadShape(source, Field(source, ShapePattern(), header, "'shape'"));

        ReadOnlySpan<byte> data = bytes.AsSpan(dataAt);
        long needed = (long)frames * axes * kind.Size();
        if (data.Length != needed)
        {
            throw source.Fault($"{needed} bytes for shape ({frames}, {axes})", $"{data.Length} bytes after the header");
        }

        return new Recording
        {
            Name = source.Name,
            Axes = columnMajor
                ? ReadColumns(data, kind, bigEndian, frames, axes)
                : RecordingSource.Deinterleave(data, kind, axes, bigEndian: bigEndian),
        };
    }

    private static List<RecordedAxis> ReadColumns(ReadOnlySpan<byte> data, SampleKind kind, bool bigEndian, int frames, int axes)
    {
        List<RecordedAxis> result = new(axes);
        for (int axis = 0; axis < axes; axis++)
        {
            float[] samples = new float[frames];
            SampleCodec.Read(data[(axis * frames * kind.Size())..], kind, bigEndian, 0, 1, samples);
            result.Add(new RecordedAxis(RecordingSource.AxisName(axis, axes), null, samples));
        }

        return result;
    }

    private static (string Header, int DataAt) ReadHeader(RecordingSource source, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes.StartsWith(Magic))
        {
            throw source.Fault("the magic bytes \\x93NUMPY and a header", $"{bytes.Length} bytes without them");
        }

        int version = bytes[6];
        if (version is < 1 or > 3)
        {
            throw source.Fault("version 1, 2 or 3", $"version {version}");
        }

        long length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        int at = version == 1 ? 10 : 12;
        if (length > bytes.Length - at)
        {
            throw source.Fault($"a header of {length} bytes", $"{bytes.Length - at} bytes");
        }

        return (Encoding.UTF8.GetString(bytes.Slice(at, (int)length)), at + (int)length);
    }

    private static (SampleKind Kind, bool BigEndian) ReadKind(RecordingSource source, string description) =>
        (description.Length > 1 ? description[1..] : "") switch
        {
            "f4" => (SampleKind.Float32, description[0] == '>'),
            "f8" => (SampleKind.Float64, description[0] == '>'),
            "i1" => (SampleKind.Int8, false),
            "u1" => (SampleKind.UInt8, false),
            "i2" => (SampleKind.Int16, description[0] == '>'),
            "u2" => (SampleKind.UInt16, description[0] == '>'),
            "i4" => (SampleKind.Int32, description[0] == '>'),
            "u4" => (SampleKind.UInt32, description[0] == '>'),
            "i8" => (SampleKind.Int64, description[0] == '>'),
            "u8" => (SampleKind.UInt64, description[0] == '>'),
            _ => throw source.Fault("numbers of type f4, f8, i1 … i8 or u1 … u8", $"'{description}'"),
        };

    private static (int Frames, int Axes) ReadShape(RecordingSource source, string shape)
    {
        string[] parts = shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int[] sizes = new int[parts.Length];
        bool whole = true;
        for (int i = 0; i < parts.Length; i++)
        {
            whole &= int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]);
        }

        return (whole, sizes) switch
        {
            (true, [int samples]) => (samples, 1),
            (true, [int samples, >= 1 and <= MostAxes and int axes]) => (samples, axes),
            _ => throw source.Fault($"a shape (samples,) or (samples, axes) with at most {MostAxes} axes", $"({shape})"),
        };
    }

    private static string Field(RecordingSource source, Regex pattern, string header, string what)
    {
        Match match = pattern.Match(header);
        return match.Success
            ? match.Groups[1].Value
            : throw source.Fault($"{what} in the header", "'" + (header.Length > 120 ? header[..120] + "…" : header).TrimEnd() + "'");
    }

    [GeneratedRegex("'descr'\\s*:\\s*'([^']*)'")]
    private static partial Regex DescriptionPattern();

    [GeneratedRegex("'fortran_order'\\s*:\\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^)]*)\\)")]
    private static partial Regex ShapePattern();
}
