using System.Text;
using Thrum.Detector.Protobuf;

namespace Thrum.Training.Onnx;

/// <summary>Changes the metadata properties of an ONNX file and leaves every other byte as it is.</summary>
public static class OnnxProperties
{
    // onnx.proto: ModelProto.metadata_props, and the key of StringStringEntryProto.
    private const int PropertiesField = 14;
    private const int KeyField = 1;

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

    private static string KeyOf(ReadOnlySpan<byte> entry)
    {
        var reader = new ProtobufReader(entry);
        while (reader.TryRead())
        {
            if (reader.Field == KeyField)
            {
                return Encoding.UTF8.GetString(reader.Content);
            }
        }

        RequireWhole(reader);
        return "";
    }

    private static void RequireWhole(in ProtobufReader reader)
    {
        if (reader.IsMalformed)
        {
            throw new FormatException($"expected an ONNX file, found one that breaks off or is damaged, where {reader.Missing} should be");
        }
    }
}
