namespace Thrum.Training.Onnx;

/// <summary>Encodes a model as an ONNX file: IR version 8, opset 17. The same model always gives the same bytes.</summary>
/// <remarks>The bare numbers are the field numbers and enum values of <c>onnx.proto</c>.</remarks>
internal static class OnnxEncoder
{
    public const int IrVersion = 8;
    public const int OpsetVersion = 17;
    public const string ProducerName = "thrum";

    /// <summary>Name of the free dimension, as inspection tools show it.</summary>
    public const string BatchDimension = "batch";

    public static byte[] Encode(OnnxModel model)
    {
        var writer = new ProtobufWriter();
        writer.WriteInt64(1, IrVersion);
        writer.WriteString(2, ProducerName);
        writer.WriteMessage(7, model, EncodeGraph);
        writer.WriteMessage(8, OpsetVersion, EncodeOpset);

        // A dictionary has no order of its own; files must not depend on it.
        foreach (KeyValuePair<string, string> entry in model.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WriteMessage(14, entry, EncodeMetadata);
        }

        return writer.Written.ToArray();
    }

    private static void EncodeOpset(ProtobufWriter writer, int version)
    {
        const string standardOperators = "";
        writer.WriteString(1, standardOperators);
        writer.WriteInt64(2, version);
    }

    private static void EncodeMetadata(ProtobufWriter writer, KeyValuePair<string, string> entry)
    {
        writer.WriteString(1, entry.Key);
        writer.WriteString(2, entry.Value);
    }

    private static void EncodeGraph(ProtobufWriter writer, OnnxModel model)
    {
        foreach (OnnxNode node in model.Nodes)
        {
            writer.WriteMessage(1, node, EncodeNode);
        }

        writer.WriteString(2, model.GraphName);
        foreach (OnnxTensor tensor in model.Initializers)
        {
            writer.WriteMessage(5, tensor, EncodeTensor);
        }

        foreach (OnnxValueInfo input in model.Inputs)
        {
            writer.WriteMessage(11, input, EncodeValueInfo);
        }

        foreach (OnnxValueInfo output in model.Outputs)
        {
            writer.WriteMessage(12, output, EncodeValueInfo);
        }
    }

    private static void EncodeNode(ProtobufWriter writer, OnnxNode node)
    {
        foreach (string input in node.Inputs)
        {
            writer.WriteString(1, input);
        }

        foreach (string output in node.Outputs)
        {
            writer.WriteString(2, output);
        }

        writer.WriteString(3, node.Name);
        writer.WriteString(4, node.OpType);
        foreach (OnnxAttribute attribute in node.Attributes)
        {
            writer.WriteMessage(5, attribute, EncodeAttribute);
        }
    }

    private static void EncodeAttribute(ProtobufWriter writer, OnnxAttribute attribute)
    {
        const int typeField = 20;
        writer.WriteString(1, attribute.Name);
        switch (attribute)
        {
            case OnnxFloatAttribute number:
                writer.WriteFloat(2, number.Value);
                writer.WriteInt64(typeField, 1);
                break;
            case OnnxIntAttribute number:
                writer.WriteInt64(3, number.Value);
                writer.WriteInt64(typeField, 2);
                break;
            case OnnxStringAttribute text:
                writer.WriteString(4, text.Value);
                writer.WriteInt64(typeField, 3);
                break;
            case OnnxIntsAttribute list:
                foreach (long value in list.Values)
                {
                    writer.WriteInt64(8, value);
                }

                writer.WriteInt64(typeField, 7);
                break;
            default:
                throw new ArgumentException($"attribute '{attribute.Name}' has the unknown kind {attribute.GetType().Name}", nameof(attribute));
        }
    }

    private static void EncodeTensor(ProtobufWriter writer, OnnxTensor tensor)
    {
        foreach (long size in tensor.Sizes)
        {
            writer.WriteInt64(1, size);
        }

        writer.WriteInt64(2, (long)tensor.Type);
        writer.WriteString(8, tensor.Name);
        writer.WriteBytes(9, tensor.RawData.Span);
    }

    private static void EncodeValueInfo(ProtobufWriter writer, OnnxValueInfo value)
    {
        writer.WriteString(1, value.Name);
        writer.WriteMessage(2, value, EncodeType);
    }

    private static void EncodeType(ProtobufWriter writer, OnnxValueInfo value) => writer.WriteMessage(1, value, EncodeTensorType);

    private static void EncodeTensorType(ProtobufWriter writer, OnnxValueInfo value)
    {
        writer.WriteInt64(1, (long)value.Type);
        writer.WriteMessage(2, value.Sizes, EncodeSizes);
    }

    private static void EncodeSizes(ProtobufWriter writer, IReadOnlyList<long> sizes)
    {
        foreach (long size in sizes)
        {
            writer.WriteMessage(1, size, EncodeSize);
        }
    }

    private static void EncodeSize(ProtobufWriter writer, long size)
    {
        if (size < 0)
        {
            writer.WriteString(2, BatchDimension);
        }
        else
        {
            writer.WriteInt64(1, size);
        }
    }
}
