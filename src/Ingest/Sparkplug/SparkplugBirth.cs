using System.Text;
using Thrum.Detector.Protobuf;
using Thrum.Detector.Windows;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Topics;

namespace Thrum.Ingest.Sparkplug;

/// <summary>Reads what a birth says of metrics. It allocates what is then kept.</summary>
internal sealed class SparkplugBirth(IReadOnlyList<TopicTemplate> templates)
{
    private const int MaxTopicBytes = ushort.MaxValue;

    private static readonly string[] RateKeys = ["rate", "sampleRate", "samplingRate"];
    private static readonly string[] UnitKeys = ["engUnit", "engUnits", "unit"];

    /// <summary>What is to be known of a metric: whether a template asks for it, its type, and of its properties rate and unit.</summary>
    public SparkplugKnown Know(in SparkplugTopic topic, in SparkplugMetric metric)
    {
        byte[] path = SparkplugPath.Of(topic, metric.Name);
        bool isWanted = path.Length <= MaxTopicBytes && templates.Any(template => template.TryMatch(path, out _, out _, out _));
        if (!isWanted)
        {
            return new SparkplugKnown([], metric.DataType, 0, []);
        }

        ReadProperties(metric.Properties, out double rate, out byte[] unit);
        return new SparkplugKnown(path, metric.DataType, rate, unit.Length > 0 ? UnitProperty(unit) : []);
    }

    private static byte[] UnitProperty(byte[] unit)
    {
        var block = new PacketBuffer();
        block.WriteByte((int)PropertyId.UserProperty);
        block.WriteBinary("unit"u8);
        block.WriteBinary(unit);
        return block.Written.ToArray();
    }

    /// <summary>A property set is a list of keys and one of values: the n-th belongs to the n-th.</summary>
    private static void ReadProperties(ReadOnlySpan<byte> properties, out double rateHz, out byte[] unit)
    {
        (rateHz, unit) = (0, []);
        List<string> keys = [];
        var fields = new ProtobufReader(properties);
        while (fields.TryRead())
        {
            if (fields is { Field: 1, Type: WireType.Bytes })
            {
                keys.Add(Encoding.UTF8.GetString(fields.Content));
            }
        }

        int index = 0;
        fields = new ProtobufReader(properties);
        while (fields.TryRead())
        {
            if (fields is { Field: 2, Type: WireType.Bytes } && index < keys.Count)
            {
                string key = keys[index++];
                if (RateKeys.Contains(key, StringComparer.OrdinalIgnoreCase) && NumberOf(fields.Content) is { } rate && SampleGrid.IsRate(rate))
                {
                    rateHz = rate;
                }
                else if (UnitKeys.Contains(key, StringComparer.OrdinalIgnoreCase))
                {
                    unit = TextOf(fields.Content);
                }
            }
        }
    }

    private static double? NumberOf(ReadOnlySpan<byte> value)
    {
        double? number = null;
        var fields = new ProtobufReader(value);
        while (fields.TryRead())
        {
            number = (fields.Field, fields.Type) switch
            {
                (3 or 4, WireType.Varint) => fields.Number,
                (5, WireType.Fixed32) => BitConverter.UInt32BitsToSingle((uint)fields.Number),
                (6, WireType.Fixed64) => BitConverter.UInt64BitsToDouble(fields.Number),
                _ => number,
            };
        }

        return number;
    }

    private static byte[] TextOf(ReadOnlySpan<byte> value)
    {
        const int MostBytes = 32;
        var fields = new ProtobufReader(value);
        while (fields.TryRead())
        {
            if (fields is { Field: 8, Type: WireType.Bytes, Content.Length: <= MostBytes })
            {
                return fields.Content.ToArray();
            }
        }

        return [];
    }
}
