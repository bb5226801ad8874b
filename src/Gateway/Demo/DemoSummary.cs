namespace Thrum.Gateway.Demo;

/// <summary>What the demonstration showed.</summary>
internal sealed record DemoSummary
{
    public required long Messages { get; init; }

    public required long Samples { get; init; }

    /// <summary>Messages published and not received.</summary>
    public required long Lost { get; init; }

    public required double Seconds { get; init; }

    public required Uri Dashboard { get; init; }

    public required IReadOnlyList<DemoSensor> Sensors { get; init; }

    /// <summary>True when the faulty machine alarmed after its fault began, nothing else did, and nothing was lost.</summary>
    public bool IsGood() => Lost == 0 && Sensors.Count > 0
        && Sensors.All(sensor => sensor.FalseAlarms == 0)
        && Sensors.Any(sensor => sensor.Faulty && sensor.FirstAlarmAfterOnsetSeconds is not null);
}

/// <summary>One axis in the summary.</summary>
internal sealed record DemoSensor
{
    public required string Machine { get; init; }

    public required string Sensor { get; init; }

    public required string Axis { get; init; }

    public required bool Faulty { get; init; }

    public required long Windows { get; init; }

    public required int Alarms { get; init; }

    /// <summary>Alarms on a healthy machine, or before the fault began.</summary>
    public required int FalseAlarms { get; init; }

    /// <summary>What the evidence of its latest alarm points to; null without an alarm.</summary>
    public required string? Diagnosis { get; init; }

    public required double? FirstAlarmAfterOnsetSeconds { get; init; }
}
