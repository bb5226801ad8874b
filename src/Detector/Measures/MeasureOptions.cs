using System.ComponentModel.DataAnnotations;

namespace Thrum.Detector.Measures;

/// <summary>The measurement buffer that each axis keeps: windows of a model may be too short for physics.</summary>
public sealed record MeasureOptions
{
    /// <summary>
    /// Least length of the buffer. It is longer where the speed of the shaft is known: a hundred turns, so that a bin is at most one
    /// hundredth of its frequency, but no more than four seconds. Zero: no measures, and no diagnosis of alarms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Buffer { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time from one measure to the next; they fall on multiples of it since 1970.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
}
