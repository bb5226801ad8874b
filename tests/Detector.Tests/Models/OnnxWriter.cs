using System.Runtime.InteropServices;
using System.Text;

namespace Thrum.Detector.Tests.Models;

/// <summary>Writes ONNX models by hand: messages of onnx.proto as they stand in a file.</summary>
internal sealed class OnnxWriter
{
    private const int FloatType = 1;
    private const int IntType = 7;
    private readonly List<byte[]> _graph = [];

    /// <summary>Adds a node.</summary>
    public OnnxWriter Node(string operation, string[] inputs, string[] outputs, params byte[][] attributes) => Add(1, [
        .. inputs.SelectMany(name => Text(1, name)), .. outputs.SelectMany(name => Text(2, name)), .. Text(4, operation), .. attributes.SelectMany(attribute => Message(5, attribute))]);

    /// <summary>Adds constant numbers.</summary>
    public OnnxWriter Floats(string name, long[] sizes, params float[] values) =>
        Add(5, [.. sizes.SelectMany(size => Number(1, (ulong)size)), .. Number(2, FloatType), .. Text(8, name), .. Message(9, MemoryMarshal.AsBytes<float>(values))]);

    /// <summary>Adds constant integers: a shape, or axes.</summary>
    public OnnxWriter Integers(string name, params long[] values) =>
        Add(5, [.. Number(1, (ulong)values.Length), .. Number(2, IntType), .. Text(8, name), .. Message(9, MemoryMarshal.AsBytes<long>(values))]);

    /// <summary>Adds an input of floats; −1 stands for any size.</summary>
    public OnnxWriter Input(string name, params long[] sizes) => Add(11, Value(name, sizes));

    /// <summary>Adds an output of floats.</summary>
    public OnnxWriter Output(string name, params long[] sizes) => Add(12, Value(name, sizes));

    /// <summary>The file, in opset 13.</summary>
    public byte[] File() => [.. Number(1, 8), .. Message(7, [.. Text(2, "made"), .. _graph.SelectMany(part => part)]), .. Message(8, Number(2, 13))];

    /// <summary>An attribute that is a number.</summary>
    public static byte[] Attribute(string name, long value) => [.. Text(1, name), .. Number(3, (ulong)value), .. Number(20, 2)];

    /// <summary>An attribute that is a text.</summary>
    public static byte[] Attribute(string name, string value) => [.. Text(1, name), .. Text(4, value), .. Number(20, 3)];

    /// <summary>An attribute that is a list of numbers.</summary>
    public static byte[] Attribute(string name, long[] values) => [.. Text(1, name), .. values.SelectMany(value => Number(8, (ulong)value)), .. Number(20, 7)];

    public static byte[] Message(int field, ReadOnlySpan<byte> content) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    public static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Value(string name, long[] sizes)
    {
        byte[] shape = [.. sizes.SelectMany(size => Message(1, size < 0 ? Text(2, "n") : Number(1, (ulong)size)))];
        return [.. Text(1, name), .. Message(2, Message(1, [.. Number(1, FloatType), .. Message(2, shape)]))];
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    private OnnxWriter Add(int field, byte[] content)
    {
        _graph.Add(Message(field, content));
        return this;
    }
}
