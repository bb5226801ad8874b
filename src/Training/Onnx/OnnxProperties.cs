using System.Text;
using Thrum.Detector.Models;
using Thrum.Detector.Protobuf;

namespace Thrum.Training.Onnx;

/// <summary>Changes the metadata properties of an ONNX file and leaves every other byte as it is.</summary>
public static class OnnxProperties
{
    // onnx.proto: ModelProto.metadata_props, and the key of StringStringEntryProto.
    private const int PropertiesField = 14;
    private const int KeyField = 1;

    // onnx.proto: ModelProto.producer_name.
    private const int ProducerField = 2;

    /// <summary>The file with these properties; properties of other keys stay.</summary>
    /// <param name="onnx">The file.</param>
    /// <param name="properties">What is written.</param>
    /// <exception cref="FormatException">The file is no protobuf message.</exception>
    public static byte[] Replace(ReadOnlySpan<byte> onnx, IReadOnlyDictionary<string, string> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var kept = new MemoryStream(onnx.Length);
        var reader = new ProtobufReader(onnx);
        while (reader.TryRead())
        {
            if (reader.Field != PropertiesField || !properties.ContainsKey(KeyOf(reader.Content)))
            {
                kept.Write(reader.Raw);
            }
        }

        RequireWhole(reader);

        var writer = new ProtobufWriter();
        foreach (KeyValuePair<string, string> entry in properties.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WriteMessage(PropertiesField, entry, (nested, pair) =>
            {
                nested.WriteString(KeyField, pair.Key);
                nested.WriteString(2, pair.Value);
            });
        }

        kept.Write(writer.Written);
        return kept.ToArray();
    }

    /// <summary>Whether Thrum made a file: it trained the model, or calibrated one that was trained elsewhere.</summary>
    /// <param name="onnx">Any file.</param>
    public static bool IsMadeByThrum(ReadOnlySpan<byte> onnx)
    {
        bool isMade = false;
        var reader = new ProtobufReader(onnx);
        while (reader.TryRead())
        {
            isMade |= reader.Field switch
            {
                ProducerField => reader.Content.SequenceEqual(Encoding.UTF8.GetBytes(OnnxEncoder.ProducerName)),
                PropertiesField => TryKeyOf(reader.Content, out _) is ModelMetadata.Keys.Calibration or ModelMetadata.Keys.Bands,
                _ => false,
            };
        }

        return isMade && !reader.IsMalformed;
    }

    private static string KeyOf(ReadOnlySpan<byte> entry)
    {
        string? key = TryKeyOf(entry, out ProtobufReader reader);
        RequireWhole(reader);
        return key ?? "";
    }

    /// <summary>The key of a property; null where it has none, or is damaged before it.</summary>
    private static string? TryKeyOf(ReadOnlySpan<byte> entry, out ProtobufReader reader)
    {
        reader = new ProtobufReader(entry);
        while (reader.TryRead())
        {
            if (reader.Field == KeyField)
            {
                return Encoding.UTF8.GetString(reader.Content);
            }
        }

        return null;
    }

    private static void RequireWhole(in ProtobufReader reader)
    {
        if (reader.IsMalformed)
        {
            throw new FormatException($"expected an ONNX file, found one that breaks off or is damaged, where {reader.Missing} should be");
        }
    }
}
