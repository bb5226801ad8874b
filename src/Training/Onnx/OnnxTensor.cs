using System.Buffers.Binary;

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
