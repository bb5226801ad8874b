namespace Thrum.Detector.Samples;

/// <summary>Identity of one measured axis (or named quantity) of one sensor on one machine.</summary>
/// <param name="Machine">Machine name; all sensors of a machine share one shard.</param>
/// <param name="Sensor">Sensor name, <c>default</c> where the topic names none.</param>
/// <param name="Axis">Axis name, <c>default</c> where the topic names none.</param>
public readonly record struct AxisId(string Machine, string Sensor, string Axis)
{
    /// <summary>Longest name of a machine, sensor or axis, in bytes of UTF-8: names travel in every alarm, and a webhook's body is to stay below 20 kB.</summary>
    public const int MaxNameBytes = 256;

    /// <summary>The name that stands for a sensor or axis the topic does not name.</summary>
    public const string Default = "default";

    /// <summary>The axis under which the joint windows of a sensor's axes are scored; no axis of its own may have the name then.</summary>
    public const string Joint = "all";

    /// <summary>Names what is about all sensors of a machine, as it leaves in alarms: sensor and axis <c>all</c>.</summary>
    public static AxisId AllOf(string machine) => new(machine, Joint, Joint);

    /// <summary>Names what belongs to a machine as a whole: no sensor, no axis.</summary>
    public static AxisId OfMachine(string machine) => new(machine, "", "");

    /// <summary>Names what belongs to no machine, such as a model.</summary>
    public static AxisId OfGateway { get; } = new("", "", "");

    /// <summary>True for <see cref="OfMachine"/>.</summary>
    public bool IsMachine => Sensor.Length == 0;

    /// <summary><c>machine/sensor/axis</c>.</summary>
    public override string ToString() => $"{Machine}/{Sensor}/{Axis}";
}
