using System.Text;
using Thrum.Detector.Protobuf;

namespace Thrum.Detector.Models;

/// <summary>
/// Looks through the protobuf of a model file before ONNX Runtime does (messages of onnx.proto, field numbers in the constants): it must be well
/// formed, within limits, of an opset that there is, without data in other files, and its tensors must hold what their dimensions say. Control flow is refused: an autoencoder needs none, and
/// how long a loop runs may depend on the data.
/// </summary>
internal static class ModelFileCheck
{
    private const int OldestOpset = 7;

    // ModelProto
    private const int ModelGraph = 7, ModelOpsets = 8, ModelFunctions = 25;

    // OperatorSetIdProto
    private const int OpsetDomain = 1, OpsetVersion = 2;

    // GraphProto, NodeProto, AttributeProto, FunctionProto
    private const int GraphNode = 1, GraphInitializer = 5, GraphSparse = 15;
    private const int NodeOperator = 4, NodeAttribute = 5, NodeDomain = 7;
    private const int FunctionName = 1, FunctionNode = 7, FunctionDomain = 10, FunctionAttribute = 11;
    private const int AttributeTensor = 5, AttributeGraph = 6, AttributeTensors = 10, AttributeGraphs = 11, AttributeSparse = 22, AttributeSparses = 23;

    // TensorProto, SparseTensorProto
    private const int TensorDims = 1, TensorType = 2, TensorName = 8, TensorRaw = 9, TensorExternal = 13, TensorLocation = 14;
    private const int SparseValues = 1, SparseIndices = 2, SparseDims = 3;

    /// <exception cref="FormatException">The file is refused; the message says what was expected and found.</exception>
    public static void Check(ReadOnlySpan<byte> file, ModelFileLimits limits)
    {
        if (file.Length > limits.MaxBytes)
        {
            throw new FormatException($"expected at most {limits.MaxBytes} bytes, found {file.Length}");
        }

        bool graph = false, opset = false;
        var calls = new ModelCalls(limits.MaxNodes);
        var model = new ProtobufReader(file);
        while (Next(ref model))
        {
            switch (model.Field, model.Type)
            {
                case (ModelGraph, WireType.Bytes):
                    graph = true;
                    Graph(model.Content, file.Length, calls);
                    break;
                case (ModelOpsets, WireType.Bytes):
                    opset |= IsOpset(model.Content);
                    break;
                case (ModelFunctions, WireType.Bytes):
                    Function(model.Content, file.Length, calls);
                    break;
            }
        }

        if (!graph || !opset)
        {
            throw new FormatException($"expected an ONNX model, found a file without {(graph ? "an opset" : "a graph")}");
        }

        calls.CheckExpanded();
    }

    private static bool IsOpset(ReadOnlySpan<byte> message)
    {
        ulong version = 0;
        bool standard = true;
        var opset = new ProtobufReader(message);
        while (Next(ref opset))
        {
            version = opset is { Field: OpsetVersion, Type: WireType.Varint } ? opset.Number : version;
            standard &= opset.Field != OpsetDomain || opset.Content.IsEmpty || opset.Content.SequenceEqual("ai.onnx"u8);
        }

        return standard && version < OldestOpset
            ? throw new FormatException($"expected opset {OldestOpset} or later, found {version}")
            : standard;
    }

    private static void Graph(ReadOnlySpan<byte> message, int fileLength, ModelCalls calls)
    {
        calls.Begin(ModelCalls.Graph);
        var graph = new ProtobufReader(message);
        while (Next(ref graph))
        {
            calls.Count();
            switch (graph.Field, graph.Type)
            {
                case (GraphNode, WireType.Bytes):
                    Node(graph.Content, fileLength, calls);
                    break;
                case (GraphInitializer, WireType.Bytes):
                    Tensor(graph.Content, fileLength);
                    break;
                case (GraphSparse, WireType.Bytes):
                    Sparse(graph.Content, fileLength);
                    break;
            }
        }
    }

    private static void Function(ReadOnlySpan<byte> message, int fileLength, ModelCalls calls)
    {
        calls.Begin(NameOf(message, FunctionDomain, FunctionName));
        var function = new ProtobufReader(message);
        while (Next(ref function))
        {
            if (function is { Field: FunctionNode, Type: WireType.Bytes })
            {
                Node(function.Content, fileLength, calls);
            }
            else if (function is { Field: FunctionAttribute, Type: WireType.Bytes })
            {
                Attribute(function.Content, fileLength, calls);
            }
        }
    }

    private static void Node(ReadOnlySpan<byte> message, int fileLength, ModelCalls calls)
    {
        calls.Call(NameOf(message, NodeDomain, NodeOperator));
        var node = new ProtobufReader(message);
        while (Next(ref node))
        {
            if (node is { Field: NodeAttribute, Type: WireType.Bytes })
            {
                Attribute(node.Content, fileLength, calls);
            }
        }
    }

    private static string NameOf(ReadOnlySpan<byte> message, int domainField, int nameField)
    {
        ReadOnlySpan<byte> domain = default, name = default;
        var reader = new ProtobufReader(message);
        while (Next(ref reader))
        {
            domain = reader.Field == domainField ? reader.Content : domain;
            name = reader.Field == nameField ? reader.Content : name;
        }

        string operation = Printable(name);
        return domain.IsEmpty ? operation : $"{Printable(domain)}.{operation}";
    }

    private static void Attribute(ReadOnlySpan<byte> message, int fileLength, ModelCalls calls)
    {
        calls.Count();
        var attribute = new ProtobufReader(message);
        while (Next(ref attribute))
        {
            switch (attribute.Field, attribute.Type)
            {
                case (AttributeTensor or AttributeTensors, WireType.Bytes):
                    Tensor(attribute.Content, fileLength);
                    break;
                case (AttributeGraph or AttributeGraphs, WireType.Bytes):
                    throw new FormatException($"expected no control flow, found operator {calls.Last} with a graph inside");
                case (AttributeSparse or AttributeSparses, WireType.Bytes):
                    Sparse(attribute.Content, fileLength);
                    break;
            }
        }
    }

    private static void Sparse(ReadOnlySpan<byte> message, int fileLength)
    {
        ulong elements = 1;
        var sparse = new ProtobufReader(message);
        while (Next(ref sparse))
        {
            if (sparse is { Field: SparseValues or SparseIndices, Type: WireType.Bytes })
            {
                Tensor(sparse.Content, fileLength);
            }
            else if (sparse.Field == SparseDims)
            {
                elements = Times(elements, ref sparse);
            }
        }

        RequireHeld(elements, fileLength, "a sparse tensor");
    }

    private static void Tensor(ReadOnlySpan<byte> message, int fileLength)
    {
        ulong elements = 1;
        ulong type = 0;
        int raw = -1;
        bool external = false;
        ReadOnlySpan<byte> name = default, file = default;
        var tensor = new ProtobufReader(message);
        while (Next(ref tensor))
        {
            switch (tensor.Field, tensor.Type)
            {
                case (TensorDims, _): elements = Times(elements, ref tensor); break;
                case (TensorType, WireType.Varint): type = tensor.Number; break;
                case (TensorName, _): name = tensor.Content; break;
                case (TensorRaw, _): raw = tensor.Content.Length; break;
                case (TensorLocation, _): external |= tensor.Number != 0; break;
                case (TensorExternal, _):
                    external = true;
                    file = file.IsEmpty ? tensor.Content : file;
                    break;
            }
        }

        string which = $"tensor '{Printable(name)}'";
        if (external)
        {
            throw new FormatException($"expected all data inside the model file, found {which} in another one ({Printable(file)})");
        }

        RequireHeld(elements, fileLength, which);
        if (raw >= 0 && type == 1 && (ulong)raw != 4 * elements)
        {
            throw new FormatException($"expected {which} to hold {4 * elements} bytes, as its dimensions say, found {raw}");
        }
    }

    // Every element takes at least half a byte of the file, so a tensor of more elements than this is a lie about its size.
    private static void RequireHeld(ulong elements, int fileLength, string which)
    {
        if (elements > 2UL * (ulong)fileLength)
        {
            throw new FormatException($"expected {which} to fit into the file of {fileLength} bytes, found dimensions of {elements} elements");
        }
    }

    private static ulong Times(ulong elements, ref ProtobufReader field)
    {
        if (field.Type == WireType.Varint)
        {
            return Saturating(elements, field.Number);
        }

        var packed = new ProtobufReader(field.Content);
        while (packed.HasMore)
        {
            elements = packed.TryReadVarint(out ulong dimension) ? Saturating(elements, dimension) : throw Damaged(packed);
        }

        return elements;
    }

    private static bool Next(ref ProtobufReader reader) => reader.TryRead() || (reader.IsMalformed ? throw Damaged(reader) : false);

    private static FormatException Damaged(in ProtobufReader reader) =>
        new($"expected an ONNX model, found a file that breaks off or is damaged, where {reader.Missing} should be");

    private static ulong Saturating(ulong a, ulong b) => Math.BigMul(a, b, out ulong low) == 0 ? low : ulong.MaxValue;

    private static string Printable(ReadOnlySpan<byte> text) =>
        string.Concat(Encoding.Latin1.GetString(text[..Math.Min(text.Length, 80)]).Select(c => c is >= ' ' and <= '~' ? c : '.'));
}
