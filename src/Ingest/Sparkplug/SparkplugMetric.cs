using Thrum.Detector.Protobuf;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Sparkplug;

/// <summary>Field numbers of Sparkplug B's messages (specification 3.0, section 6.4; sparkplug_b.proto beside the tests).</summary>
internal static class SparkplugField
{
    public const int PayloadTimestamp = 1;
    public const int PayloadMetric = 2;
    public const int PayloadSequence = 3;

    public const int Name = 1;
    public const int Alias = 2;
    public const int Timestamp = 3;
    public const int DataType = 4;
    public const int IsHistorical = 5;
    public const int IsNull = 7;
    public const int Properties = 9;
    public const int IntValue = 10;
    public const int LongValue = 11;
    public const int FloatValue = 12;
    public const int DoubleValue = 13;
    public const int BooleanValue = 14;
    public const int BytesValue = 16;
    public const int LastValue = 19;
}

/// <summary>What a Sparkplug payload says beside its metrics.</summary>
/// <param name="TimestampMs">When it was sent, ms since 1970 UTC.</param>
/// <param name="Sequence">Number of the message, 0 to 255; −1 for none.</param>
internal readonly record struct SparkplugHead(ulong? TimestampMs, int Sequence)
{
    /// <summary>Reads the fields but for the metrics; false for bytes that are no such payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SparkplugHead head)
    {
        ulong? timestamp = null;
        int sequence = -1;
        var fields = new ProtobufReader(payload);
        while (fields.TryRead())
        {
            if (fields is { Field: SparkplugField.PayloadTimestamp, Type: WireType.Varint })
            {
                timestamp = fields.Number;
            }
            else if (fields is { Field: SparkplugField.PayloadSequence, Type: WireType.Varint })
            {
                sequence = (int)(fields.Number & 255);
            }
        }

        head = new SparkplugHead(timestamp, sequence);
        return !fields.IsMalformed;
    }
}

/// <summary>One metric of a payload; a view of its bytes.</summary>
internal ref struct SparkplugMetric
{
    /// <summary>UTF-8; empty where the alias stands for it.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public ulong? Alias { get; private set; }

    public ulong? TimestampMs { get; private set; }

    /// <summary>0 where it is not said.</summary>
    public int DataType { get; private set; }

    public bool IsHistorical { get; private set; }

    public bool IsNull { get; private set; }

    /// <summary>A property set's bytes.</summary>
    public ReadOnlySpan<byte> Properties { get; private set; }

    /// <summary>The field that the value is in; 0 for no value.</summary>
    public int ValueField { get; private set; }

    /// <summary>The value's number or bits.</summary>
    public ulong Bits { get; private set; }

    /// <summary>The value's bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>False for bytes that are no metric.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SparkplugMetric metric)
    {
        metric = default;
        var fields = new ProtobufReader(bytes);
        while (fields.TryRead())
        {
            metric.Take(fields);
        }

        return !fields.IsMalformed;
    }

    /// <summary>The element of an array by its data type; null for anything else.</summary>
    public static SampleElement? ElementOf(int dataType) => dataType switch
    {
        22 => new(ElementKind.I8, true),
        23 => new(ElementKind.I16, true),
        24 => new(ElementKind.I32, true),
        25 => new(ElementKind.I64, true),
        26 => new(ElementKind.U8, true),
        27 => new(ElementKind.U16, true),
        28 => new(ElementKind.U32, true),
        29 => new(ElementKind.U64, true),
        30 => new(ElementKind.F32, true),
        31 => new(ElementKind.F64, true),
        _ => null,
    };

    /// <summary>True where the value says itself how it is to be read.</summary>
    public static bool IsSelfTold(int valueField) =>
        valueField is SparkplugField.FloatValue or SparkplugField.DoubleValue or SparkplugField.BooleanValue || valueField is 0 or 15 or > SparkplugField.BytesValue;

    /// <summary>The number of a single value; false for one that is none, such as a text.</summary>
    public readonly bool TryNumber(int dataType, out double number)
    {
        (bool isNumber, number) = (ValueField, dataType) switch
        {
            (SparkplugField.FloatValue, _) => (true, BitConverter.UInt32BitsToSingle((uint)Bits)),
            (SparkplugField.DoubleValue, _) => (true, BitConverter.UInt64BitsToDouble(Bits)),
            (SparkplugField.IntValue or SparkplugField.LongValue, 1) => (true, (sbyte)Bits),
            (SparkplugField.IntValue or SparkplugField.LongValue, 2) => (true, (short)Bits),
            (SparkplugField.IntValue or SparkplugField.LongValue, 3) => (true, (int)Bits),
            (SparkplugField.IntValue or SparkplugField.LongValue, 4) => (true, (long)Bits),
            (SparkplugField.IntValue or SparkplugField.LongValue, >= 5 and <= 8) => (true, (double)Bits),
            _ => (false, double.NaN),
        };
        return isNumber;
    }

    private void Take(in ProtobufReader field)
    {
        switch (field.Field, field.Type)
        {
            case (SparkplugField.Name, WireType.Bytes):
                Name = field.Content;
                break;
            case (SparkplugField.Alias, WireType.Varint):
                Alias = field.Number;
                break;
            case (SparkplugField.Timestamp, WireType.Varint):
                TimestampMs = field.Number;
                break;
            case (SparkplugField.DataType, WireType.Varint):
                DataType = (int)Math.Min(field.Number, int.MaxValue);
                break;
            case (SparkplugField.IsHistorical, WireType.Varint):
                IsHistorical = field.Number != 0;
                break;
            case (SparkplugField.IsNull, WireType.Varint):
                IsNull = field.Number != 0;
                break;
            case (SparkplugField.Properties, WireType.Bytes):
                Properties = field.Content;
                break;
            case ( >= SparkplugField.IntValue and <= SparkplugField.LastValue, _):
                ValueField = field.Field;
                Bits = field.Number;
                Bytes = field.Content;
                break;
        }
    }
}
