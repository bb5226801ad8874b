namespace Thrum.Detector.Alarms;

/// <summary>State of an alarm (ANSI/ISA-18.2-2016, section 5).</summary>
public enum AlarmState : byte
{
    /// <summary>The condition is absent and nothing waits for an operator.</summary>
    Normal,

    /// <summary>The condition is present and no operator has seen it.</summary>
    ActiveUnacknowledged,

    /// <summary>The condition is present and an operator has seen it.</summary>
    ActiveAcknowledged,

    /// <summary>The condition went away before an operator saw it.</summary>
    ReturnedUnacknowledged,

    /// <summary>The condition went away; the alarm stays until it is reset.</summary>
    Latched,

    /// <summary>An operator put the alarm aside for a time.</summary>
    Shelved,

    /// <summary>Put aside by the design, for instance by maintenance mode.</summary>
    Suppressed,
}

/// <summary>How much an alarm matters.</summary>
public enum AlarmSeverity : byte
{
    /// <summary>Plan an inspection.</summary>
    Warning,

    /// <summary>Act.</summary>
    Alarm,
}

/// <summary>Wire names of alarm states and severities.</summary>
public static class AlarmNames
{
    private static readonly string[] States =
        ["normal", "activeUnacknowledged", "activeAcknowledged", "returnedUnacknowledged", "latched", "shelved", "suppressed"];

    /// <summary>The name written to databases, webhooks and pages.</summary>
    public static string ToWireName(this AlarmState state) => States[(int)state];

    /// <summary>The name written to databases, webhooks and pages.</summary>
    public static string ToWireName(this AlarmSeverity severity) => severity == AlarmSeverity.Alarm ? "alarm" : "warning";

    /// <summary>True while the condition is present, acknowledged or not.</summary>
    public static bool IsActive(this AlarmState state) => state is AlarmState.ActiveUnacknowledged or AlarmState.ActiveAcknowledged;
}
