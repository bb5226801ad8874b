using System.ComponentModel.DataAnnotations;
using System.IO.Enumeration;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Machines;

/// <summary>Who has a vote.</summary>
public enum VoterKind
{
    /// <summary>Each sensor has one, however many of its axes agree.</summary>
    Sensors,

    /// <summary>Each axis has one.</summary>
    Axes,
}

/// <summary>An alarm of a machine over its axes: at least so many have a condition within a time. An entry of <c>Detector:Votes</c>.</summary>
public sealed record VoteOptions
{
    /// <summary>Name of the vote, unique among all rules; part of every transition's identity.</summary>
    [Required]
    public string Id { get; init; } = "machine";

    /// <summary>Which machines: a pattern over their names in which <c>*</c> stands for any text.</summary>
    [Required]
    public string Match { get; init; } = "*";

    /// <summary>Which conditions count: a pattern over the ids of the rules that look at windows.</summary>
    [Required]
    public string Rules { get; init; } = "*";

    /// <summary>Who has a vote.</summary>
    public VoterKind Of { get; init; } = VoterKind.Sensors;

    /// <summary>How many votes raise the alarm.</summary>
    [Range(1, 10_000)]
    public int AtLeast { get; init; } = 2;

    /// <summary>How long in event time a condition still votes after it went away.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long in event time an axis may go without a window before it has no vote; sensors may run apart by as much.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Severity.</summary>
    public AlarmSeverity Severity { get; init; } = AlarmSeverity.Alarm;

    /// <summary>Whether an alarm whose condition went away unseen waits for an operator.</summary>
    public AcknowledgeKind Acknowledge { get; init; } = AcknowledgeKind.Automatic;

    /// <summary>Whether an alarm whose condition went away stays, latched, until an operator resets it.</summary>
    public bool Latch { get; init; }

    internal long WithinNs => UnixTime.ToNs(Within);

    internal long SilentAfterNs => UnixTime.ToNs(SilentAfter);

    internal bool IsOf(string machine) => FileSystemName.MatchesSimpleExpression(Match, machine, ignoreCase: false);

    internal bool Counts(string ruleId) => FileSystemName.MatchesSimpleExpression(Rules, ruleId, ignoreCase: false);

    internal AlarmRule ToRule() => new()
    {
        Id = Id,
        Severity = Severity,
        MetricIndex = 0,
        Metric = Of == VoterKind.Sensors ? "sensors" : "axes",
        RaiseCount = 1,
        OfWindows = 1,
        RaiseLevel = AtLeast,
        ClearLevel = AtLeast,
        LevelOrigin = "fixed",
        Acknowledge = Acknowledge,
        Latch = Latch,
    };
}
