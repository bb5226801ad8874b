using Thrum.Ingest.Topics;

namespace Thrum.Ingest.Sparkplug;

/// <summary>What is known of a metric.</summary>
/// <param name="Topic">Under which its samples go on to decoding; empty where no template asks for them.</param>
/// <param name="DataType">Number of its type; 0 while no birth said it.</param>
/// <param name="RateHz">Sampling rate that its birth said; 0 for none.</param>
/// <param name="Properties">User properties for its samples, as a block of MQTT 5.</param>
internal sealed record SparkplugKnown(byte[] Topic, int DataType, double RateHz, byte[] Properties)
{
    public bool IsWanted => Topic.Length > 0;
}

/// <summary>A node or one of its devices: its metrics by name and by alias.</summary>
internal sealed class SparkplugDevice
{
    public const int MaxMetrics = 16_384;

    private readonly Dictionary<ulong, SparkplugKnown> _aliases = [];
    private readonly TopicTable<SparkplugKnown> _names = new(MaxMetrics);

    public bool IsFull => _names.IsFull;

    public int Count => _names.Count;

    public SparkplugKnown? Find(in SparkplugMetric metric) =>
        !metric.Name.IsEmpty ? _names.TryGet(metric.Name, out SparkplugKnown? named) ? named : null
        : metric.Alias is { } alias && _aliases.TryGetValue(alias, out SparkplugKnown? known) ? known : null;

    /// <summary>Keeps a metric under its name and alias; false: there are as many as there may be.</summary>
    public bool TryAdd(in SparkplugMetric metric, SparkplugKnown known)
    {
        if (!_names.TrySet(metric.Name, known))
        {
            return false;
        }

        if (metric.Alias is { } alias)
        {
            _aliases[alias] = known;
        }

        return true;
    }
}

/// <summary>An edge node: the order of its messages, and its metrics and those of its devices.</summary>
internal sealed class SparkplugNode(byte[] commandTopic)
{
    private const int MaxDevices = 1024;

    // Where more than these are missing, a birth may be among them that gave the aliases to other metrics.
    private const int CredibleGap = 16;

    private readonly TopicTable<SparkplugDevice> _devices = new(MaxDevices);
    private int _sequence = -1;
    private ulong? _session;

    /// <summary>Topic of the commands to it.</summary>
    public byte[] CommandTopic { get; } = commandTopic;

    /// <summary>Monotonic time at which it was last asked for its birth; null for never.</summary>
    public long? AskedTimestamp { get; set; }

    /// <summary>When its birth was sent, ms since 1970 UTC; 0 where that is not known. What was sent before is out of order: a dead letter that is replayed.</summary>
    public ulong BornMs { get; private set; }

    /// <summary>Metrics known of it and its devices.</summary>
    public int Metrics { get; private set; }

    /// <summary>The device, or null where it is not known and there may be no more.</summary>
    public SparkplugDevice? DeviceOf(ReadOnlySpan<byte> name)
    {
        if (_devices.TryGet(name, out SparkplugDevice? device))
        {
            return device;
        }

        device = new SparkplugDevice();
        return _devices.TrySet(name, device) ? device : null;
    }

    /// <summary>Notes a message's number; false where some before it did not come.</summary>
    public bool Follow(int sequence)
    {
        if (sequence < 0 || _sequence < 0)
        {
            _sequence = sequence;
            return true;
        }

        int ahead = (sequence - _sequence) & 255;
        if (ahead >= CredibleGap)
        {
            Forget();
        }

        _sequence = sequence;

        // 0: the broker sent it again.
        return ahead is 0 or 1;
    }

    /// <summary>The node's birth: everything before is void.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="session">Number of the node's session, which its death repeats; null where it says none.</param>
    /// <param name="sentMs">When it was sent.</param>
    public void Begin(int sequence, ulong? session, ulong? sentMs)
    {
        Forget();
        (_sequence, _session, BornMs) = (sequence, session, sentMs ?? 0);
    }

    /// <summary>The node's death, unless it is that of a session before.</summary>
    public void End(ulong? session)
    {
        if (session is null || _session is null || session == _session)
        {
            Forget();
        }
    }

    /// <summary>A device's birth: what was known of it is void.</summary>
    public SparkplugDevice? BeginDevice(ReadOnlySpan<byte> name)
    {
        ForgetDevice(name);
        return DeviceOf(name);
    }

    public void ForgetDevice(ReadOnlySpan<byte> name)
    {
        if (_devices.TryGet(name, out SparkplugDevice? device))
        {
            Metrics -= device.Count;
            _devices.TrySet(name, new SparkplugDevice());
        }
    }

    public bool TryAdd(SparkplugDevice device, in SparkplugMetric metric, SparkplugKnown known)
    {
        int before = device.Count;
        bool isAdded = device.TryAdd(metric, known);
        Metrics += device.Count - before;
        return isAdded;
    }

    private void Forget()
    {
        _devices.Clear();
        Metrics = 0;
        _sequence = -1;
        _session = null;
        BornMs = 0;
    }
}
