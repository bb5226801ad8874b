using System.Text;
using Thrum.Detector.Samples;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Pipeline;

/// <summary>
/// What is known of one topic: how its payload is read and which axes it feeds. Made at the topic's first message and kept, so
/// that later ones cost one hash lookup.
/// </summary>
internal sealed class TopicRoute
{
    private readonly StreamRegistry _streams;
    private readonly List<(byte[] Name, AxisStream Stream)> _named = [];

    private TopicRoute(AxisStream stream, StreamRegistry streams, PayloadFormat format, PayloadScaling scaling, double sampleRateHz)
    {
        Stream = stream;
        _streams = streams;
        Format = format;
        Scaling = scaling;
        SampleRateHz = sampleRateHz;
    }

    /// <summary>The axis that the topic itself names.</summary>
    public AxisStream Stream { get; }

    public PayloadFormat Format { get; }

    public PayloadScaling Scaling { get; }

    /// <summary>Configured rate, Hz; 0 when every message must say its own.</summary>
    public double SampleRateHz { get; }

    /// <summary>The route of a topic by the first template that matches; null when none does.</summary>
    public static TopicRoute? Resolve(ReadOnlySpan<byte> topic, IReadOnlyList<TopicRule> rules, StreamRegistry streams)
    {
        foreach (TopicRule rule in rules)
        {
            if (rule.Template.TryMatch(topic, out string? machine, out string? sensor, out string? axis))
            {
                return new TopicRoute(streams.Resolve(new AxisId(machine, sensor, axis)), streams, rule.Format, rule.Scaling, rule.SampleRateHz);
            }
        }

        return null;
    }

    /// <summary>The axis of a payload that names its axes itself; the topic's own axis where it does not.</summary>
    public AxisStream AxisNamed(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return Stream;
        }

        foreach ((byte[] known, AxisStream stream) in _named)
        {
            if (name.SequenceEqual(known))
            {
                return stream;
            }
        }

        AxisStream added = _streams.Resolve(Stream.Id with { Axis = Encoding.UTF8.GetString(name) });
        _named.Add((name.ToArray(), added));
        return added;
    }
}
