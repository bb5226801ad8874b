namespace Thrum.Ingest.Topics;

/// <summary>Names that a topic's levels do not say; empty for those that they do.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Sensor">The sensor.</param>
/// <param name="Axis">The axis.</param>
public readonly record struct TopicNames(string Machine, string Sensor, string Axis)
{
    /// <summary>All names stand in the topic.</summary>
    public static TopicNames None { get; } = new("", "", "");
}
