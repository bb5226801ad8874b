using System.ComponentModel.DataAnnotations;
using System.IO.Enumeration;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using static System.FormattableString;

namespace Thrum.Detector.Quality;

/// <summary>When the data of a sensor is called into question; alarms of their own, with rule ids <c>quality-…</c> and severity warning.</summary>
public sealed record QualityOptions
{
    /// <summary>False for none of these alarms.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How long all samples must be the same, and a thousand of them at least; 0 to look away.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan FlatLine { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Share of a second's samples at or beyond a rail that counts as clipping.</summary>
    [Range(0.0, 1.0)]
    public double ClippedShare { get; init; } = 0.001;

    /// <summary>The ends of the sensors' measuring ranges; the first entry that matches an axis holds. Without one nothing is known to clip.</summary>
    public IReadOnlyList<RailOptions> Rails { get; init; } = [];

    /// <summary>By how much of itself the rate measured from time stamps may differ from the stated one; 0 to look away.</summary>
    [Range(0.0, 0.4)]
    public double RateTolerance { get; init; } = 0.01;

    /// <summary>How far a time stamp may lie ahead of the message's arrival; 0 to look away.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far a time stamp may lie behind the message's arrival; 0 to look away, because old recordings are replayed too.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan MaxBehind { get; init; }

    /// <summary>Silence of a sensor, and four times its usual pause at least; 0 to look away.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time without a finding after which an alarm of samples or clock clears.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ClearAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What becomes of an alarm whose condition went away before anybody acknowledged it.</summary>
    public AcknowledgeKind Acknowledge { get; init; } = AcknowledgeKind.Automatic;
}

/// <summary>The measuring range of some axes.</summary>
public sealed record RailOptions : ICrossChecked
{
    /// <summary>Which axes: a pattern over <c>machine/sensor/axis</c> in which <c>*</c> stands for any text.</summary>
    [Required]
    public string Match { get; init; } = "*";

    /// <summary>Samples at or below it are clipped; in the unit of the samples. None without it.</summary>
    public double? Low { get; init; }

    /// <summary>Samples at or above it are clipped. None without it.</summary>
    public double? High { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (Low is null && High is null)
        {
            yield return "Low and High are missing, expected at least one of them";
        }

        if (!(LowLevel < HighLevel))
        {
            yield return Invariant($"Low is {LowLevel}, expected below High ({HighLevel})");
        }
    }

    internal double LowLevel => Low ?? double.NegativeInfinity;

    internal double HighLevel => High ?? double.PositiveInfinity;

    internal bool Matches(AxisId axis) => FileSystemName.MatchesSimpleExpression(Match, axis.ToString(), ignoreCase: false);
}
