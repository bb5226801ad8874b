namespace Thrum.Ingest.Sparkplug;

/// <summary>What a Sparkplug message says, by the third level of its topic.</summary>
internal enum SparkplugType
{
    /// <summary>A command, or the state of a host: not for us.</summary>
    Other,

    /// <summary>NBIRTH or DBIRTH.</summary>
    Birth,

    /// <summary>NDATA or DDATA.</summary>
    Data,

    /// <summary>NDEATH or DDEATH.</summary>
    Death,
}

/// <summary>The topic <c>spBv1.0/group/type/node</c> of a node's message, or <c>spBv1.0/group/type/node/device</c> of a device's. UTF-8.</summary>
internal readonly ref struct SparkplugTopic
{
    private SparkplugTopic(SparkplugType type, ReadOnlySpan<byte> group, ReadOnlySpan<byte> node, ReadOnlySpan<byte> device)
    {
        Type = type;
        Group = group;
        Node = node;
        Device = device;
    }

    public SparkplugType Type { get; }

    public ReadOnlySpan<byte> Group { get; }

    public ReadOnlySpan<byte> Node { get; }

    /// <summary>Empty for the node itself.</summary>
    public ReadOnlySpan<byte> Device { get; }

    /// <summary>False for a topic that is not of Sparkplug B.</summary>
    public static bool TryParse(ReadOnlySpan<byte> topic, out SparkplugTopic parsed)
    {
        parsed = default;
        if (!topic.StartsWith("spBv1.0/"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = topic[8..];
        ReadOnlySpan<byte> group = Take(ref rest), type = Take(ref rest), node = Take(ref rest), device = Take(ref rest);
        bool isOfDevice = !type.IsEmpty && type[0] == 'D';
        SparkplugType what = type.IsEmpty || group.IsEmpty || node.IsEmpty || !rest.IsEmpty || isOfDevice == device.IsEmpty || (!isOfDevice && type[0] != 'N') ? SparkplugType.Other
            : type[1..].SequenceEqual("BIRTH"u8) ? SparkplugType.Birth
            : type[1..].SequenceEqual("DATA"u8) ? SparkplugType.Data
            : type[1..].SequenceEqual("DEATH"u8) ? SparkplugType.Death : SparkplugType.Other;
        parsed = new SparkplugTopic(what, group, node, device);
        return true;
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'/');
        ReadOnlySpan<byte> level = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return level;
    }
}
