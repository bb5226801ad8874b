using System.Diagnostics.CodeAnalysis;
using System.Text;
using Thrum.Detector.Samples;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Pipeline;

/// <summary>
/// What is known of one topic: how its payload is read and which axes it feeds. Made at the topic's first message and kept, so
/// that later ones cost one hash lookup. An axis is made known at its first usable samples.
/// </summary>
internal sealed class TopicRoute
{
    /// <summary>Most axes that the payloads of one topic may name over time.</summary>
    public const int MaxNamedAxes = 64;

    private readonly StreamRegistry _streams;
    private readonly AxisId _id;
    private readonly TopicRule _rule;
    private readonly List<(byte[] Name, AxisStream Stream)> _named = [];
    private AxisStream? _stream;

    private TopicRoute(AxisId id, StreamRegistry streams, TopicRule rule)
    {
        _id = id;
        _streams = streams;
        _rule = rule;
        Shard = streams.ShardOf(id.Machine);
    }

    /// <summary>The shard that owns the topic's machine.</summary>
    public int Shard { get; }

    public PayloadFormat Format => _rule.Format;

    public PayloadCompression Compression => _rule.Compression;

    public PayloadScaling Scaling => _rule.Scaling;

    /// <summary>Configured rate, Hz; 0 when every message must say its own.</summary>
    public double SampleRateHz => _rule.SampleRateHz;

    /// <summary>The route of a topic by the first template that matches; null when none does.</summary>
    public static TopicRoute? Find(ReadOnlySpan<byte> topic, IReadOnlyList<TopicRule> rules, StreamRegistry streams)
    {
        foreach (TopicRule rule in rules)
        {
            if (rule.Template.TryMatch(topic, out string? machine, out string? sensor, out string? axis))
            {
                return new TopicRoute(new AxisId(machine, sensor, axis), streams, rule);
            }
        }

        return null;
    }

    /// <summary>
    /// The axis of a payload that names its axes itself; the topic's own axis where it does not. False: it is new, and this topic
    /// or the process has as many axes as it may have.
    /// </summary>
    public bool TryAxis(ReadOnlySpan<byte> name, [NotNullWhen(true)] out AxisStream? stream)
    {
        if (name.IsEmpty)
        {
            stream = _stream;
            if (stream is null && _streams.TryResolve(_id, out stream))
            {
                _stream = stream;
            }

            return stream is not null;
        }

        foreach ((byte[] known, AxisStream axis) in _named)
        {
            if (name.SequenceEqual(known))
            {
                stream = axis;
                return true;
            }
        }

        stream = null;
        if (_named.Count >= MaxNamedAxes || !_streams.TryResolve(_id with { Axis = Encoding.UTF8.GetString(name) }, out stream))
        {
            return false;
        }

        _named.Add((name.ToArray(), stream));
        return true;
    }
}
