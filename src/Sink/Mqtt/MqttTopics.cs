using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Mqtt;

/// <summary>The topics that the gateway publishes to. Names of machines, sensors and axes come from topics and payloads; what cannot stand in a topic's level becomes <c>_</c>.</summary>
public static class MqttTopics
{
    /// <summary>Retained, <c>online</c> or <c>offline</c>.</summary>
    public static string Status(string prefix, string gateway) => $"{prefix}/{Level(gateway)}/status";

    internal static string Alarm(string prefix, string gateway, AlarmTransition transition) =>
        $"{prefix}/{Level(gateway)}/alarm/{Axis(transition.Axis)}/{Level(transition.RuleId)}";

    internal static string Score(string prefix, string gateway, AxisId axis) => $"{prefix}/{Level(gateway)}/score/{Axis(axis)}";

    private static string Axis(AxisId axis) => $"{Level(axis.Machine)}/{Level(axis.Sensor)}/{Level(axis.Axis)}";

    private static string Level(string name) => string.Concat(name.Select(c => c is '/' or '+' or '#' or '\0' ? '_' : c));
}
