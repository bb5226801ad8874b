using System.ComponentModel.DataAnnotations;
using System.IO.Enumeration;
using Thrum.Detector.Samples;
using static System.FormattableString;

namespace Thrum.Detector.Operating;

/// <summary>When the machine under some axes runs, told by their own vibration. The entry that matches first holds; an axis without one always counts as running.</summary>
public sealed record OperatingOptions : ICrossChecked
{
    /// <summary>Which axes: a pattern over <c>machine/sensor/axis</c> in which <c>*</c> stands for any text.</summary>
    [Required]
    public string Match { get; init; } = "*";

    /// <summary>A window whose RMS (without its mean, in the unit of the samples) is at or above this runs.</summary>
    [Range(0.0, 1e30)]
    public double RunningAbove { get; init; }

    /// <summary>A window whose RMS is below this stands still; in between it is as before. 80 % of <see cref="RunningAbove"/> when absent.</summary>
    public double? StoppedBelow { get; init; }

    /// <summary>A standstill shorter than this is none that a start-up follows.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StopAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after a start windows are not scored.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StartUp { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!(RunningAbove > 0))
        {
            yield return Invariant($"RunningAbove is {RunningAbove}, expected a level above 0");
        }

        if (StoppedBelow is { } below && !(below > 0 && below <= RunningAbove))
        {
            yield return Invariant($"StoppedBelow is {below}, expected above 0 and at most RunningAbove ({RunningAbove})");
        }
    }

    internal double StoppedLevel => StoppedBelow ?? 0.8 * RunningAbove;

    internal bool Matches(AxisId axis) => FileSystemName.MatchesSimpleExpression(Match, axis.ToString(), ignoreCase: false);
}
