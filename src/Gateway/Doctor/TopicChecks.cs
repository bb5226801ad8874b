using System.Globalization;
using Thrum.Ingest.Pipeline;
using Thrum.Ingest.Topics;

namespace Thrum.Gateway.Doctor;

/// <summary>Looks at what the topics of a configuration would do.</summary>
internal static class TopicChecks
{
    /// <summary>A warning for each template that makes one axis of several topics: two sensors below it would be cut into one signal.</summary>
    public static IEnumerable<Finding> Judge(IReadOnlyList<TopicOptions> topics) =>
        topics.Index().Where(topic => IsOneAxis(topic.Item)).Select(topic => Finding.Warn(
            "topics",
            string.Create(CultureInfo.InvariantCulture, $"Mqtt:Topics:{topic.Index} is '{topic.Item.Template}' for {topic.Item.Machine}: the samples of all topics that match are one axis"),
            "write {sensor} or {axis} for the level that tells them apart; it is right as it is if only one of them is ever sent"));

    // The template of Sparkplug names metrics, and its + has a meaning of its own.
    private static bool IsOneAxis(TopicOptions topic) =>
        !topic.Format.Equals("sparkplug", StringComparison.OrdinalIgnoreCase) && TopicTemplate.Parse(topic.Template, new TopicNames(topic.Machine, topic.Sensor, topic.Axis)).IsOneAxisOfSeveralTopics;
}
