using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Thrum.Training.Onnx;

/// <summary>A constant tensor: row-major, little-endian bytes as the file stores them.</summary>
internal sealed record OnnxTensor(string Name, OnnxElementType Type, IReadOnlyList<long> Sizes, ReadOnlyMemory<byte> RawData)
{
    public static OnnxTensor FromFloats(string name, IReadOnlyList<long> sizes, ReadOnlySpan<float> values) =>
        From(name, OnnxElementType.Float, sizes, values, BinaryPrimitives.WriteSingleLittleEndian);

    public static OnnxTensor FromHalves(string name, IReadOnlyList<long> sizes, ReadOnlySpan<Half> values) =>
        From(name, OnnxElementType.Half, sizes, values, BinaryPrimitives.WriteHalfLittleEndian);

    public static OnnxTensor FromInt8(string name, IReadOnlyList<long> sizes, ReadOnlySpan<sbyte> values) =>
        new(name, OnnxElementType.Int8, sizes, MemoryMarshal.AsBytes(values).ToArray());

    public static OnnxTensor FromDoubles(string name, IReadOnlyList<long> sizes, ReadOnlySpan<double> values) =>
        From(name, OnnxElementType.Double, sizes, values, BinaryPrimitives.WriteDoubleLittleEndian);

    public static OnnxTensor FromInt64(string name, IReadOnlyList<long> sizes, ReadOnlySpan<long> values) =>
        From(name, OnnxElementType.Int64, sizes, values, BinaryPrimitives.WriteInt64LittleEndian);

    private static OnnxTensor From<T>(string name, OnnxElementType type, IReadOnlyList<long> sizes, ReadOnlySpan<T> values, Action<Span<byte>, T> write)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        byte[] raw = new byte[checked(values.Length * size)];
        for (int i = 0; i < values.Length; i++)
        {
            write(raw.AsSpan(i * size), values[i]);
        }

        return new OnnxTensor(name, type, sizes, raw);
    }
}
