using System.Diagnostics.CodeAnalysis;
using System.Text;
using Thrum.Detector.Measures;
using Thrum.Detector.Samples;
using Thrum.Ingest.Payloads;
using Thrum.Spectral.Units;

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
    private readonly DeclaredUnits? _units;
    private readonly List<(byte[] Name, RoutedAxis Axis)> _named = [];
    private RoutedAxis? _axis;

    private TopicRoute(AxisId id, StreamRegistry streams, TopicRule rule, DeclaredUnits? units)
    {
        _id = id;
        _streams = streams;
        _rule = rule;
        _units = units;
        Shard = streams.ShardOf(id.Machine);
    }

    /// <summary>The shard that owns the topic's machine.</summary>
    public int Shard { get; }

    public PayloadFormat Format => _rule.Format;

    public PayloadCompression Compression => _rule.Compression;

    public PayloadScaling Scaling => _rule.Scaling;

    /// <summary>Configured rate, Hz; 0 when every message must say its own.</summary>
    public double SampleRateHz => _rule.SampleRateHz;

    /// <summary>Configured unit of messages that do not say theirs.</summary>
    public VibrationUnit? Unit => _rule.Unit;

    /// <summary>The route of a topic by the first template that matches; null when none does.</summary>
    public static TopicRoute? Find(ReadOnlySpan<byte> topic, IReadOnlyList<TopicRule> rules, StreamRegistry streams, DeclaredUnits? units)
    {
        foreach (TopicRule rule in rules)
        {
            if (rule.Template.TryMatch(topic, out string? machine, out string? sensor, out string? axis))
            {
                return new TopicRoute(new AxisId(machine, sensor, axis), streams, rule, units);
            }
        }

        return null;
    }

    /// <summary>
    /// The axis of a payload that names its axes itself; the topic's own axis where it does not. False: it is new, and this topic
    /// or the process has as many axes as it may have.
    /// </summary>
    public bool TryAxis(ReadOnlySpan<byte> name, [NotNullWhen(true)] out RoutedAxis? axis)
    {
        if (name.IsEmpty)
        {
            axis = _axis ??= Resolve(_id);
            return axis is not null;
        }

        foreach ((byte[] known, RoutedAxis named) in _named)
        {
            if (name.SequenceEqual(known))
            {
                axis = named;
                return true;
            }
        }

        axis = _named.Count < MaxNamedAxes ? Resolve(_id with { Axis = Encoding.UTF8.GetString(name) }) : null;
        if (axis is not null)
        {
            _named.Add((name.ToArray(), axis));
        }

        return axis is not null;
    }

    private RoutedAxis? Resolve(AxisId id) => _streams.TryResolve(id, out AxisStream? stream) ? new RoutedAxis(stream, _units?.Of(id)) : null;
}
