using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Thrum.Training.Onnx;

/// <summary>A constant tensor: row-major, little-endian bytes as the file stores them.</summary>
internal sealed record OnnxTensor(string Name, OnnxElementType Type, IReadOnlyList<long> Sizes, ReadOnlyMemory<byte> RawData)
{
    public static OnnxTensor FromFloats(string name, IReadOnlyList<long> sizes, ReadOnlySpan<float> values)
    {
        byte[] raw = new byte[checked(values.Length * sizeof(float))];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), values[i]);
        }

        return new OnnxTensor(name, OnnxElementType.Float, sizes, raw);
    }

    public static OnnxTensor FromHalves(string name, IReadOnlyList<long> sizes, ReadOnlySpan<Half> values)
    {
        byte[] raw = new byte[checked(values.Length * sizeof(short))];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(raw.AsSpan(i * sizeof(short)), values[i]);
        }

        return new OnnxTensor(name, OnnxElementType.Half, sizes, raw);
    }

    public static OnnxTensor FromInt8(string name, IReadOnlyList<long> sizes, ReadOnlySpan<sbyte> values) =>
        new(name, OnnxElementType.Int8, sizes, MemoryMarshal.AsBytes(values).ToArray());

    public static OnnxTensor FromDoubles(string name, IReadOnlyList<long> sizes, ReadOnlySpan<double> values)
    {
        byte[] raw = new byte[checked(values.Length * sizeof(double))];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(raw.AsSpan(i * sizeof(double)), values[i]);
        }

        return new OnnxTensor(name, OnnxElementType.Double, sizes, raw);
    }

    public static OnnxTensor FromInt64(string name, IReadOnlyList<long> sizes, ReadOnlySpan<long> values)
    {
        byte[] raw = new byte[checked(values.Length * sizeof(long))];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(i * sizeof(long)), values[i]);
        }

        return new OnnxTensor(name, OnnxElementType.Int64, sizes, raw);
    }
}
