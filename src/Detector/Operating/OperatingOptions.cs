using System.ComponentModel.DataAnnotations;
using System.IO.Enumeration;
using Thrum.Detector.Samples;
using static System.FormattableString;

namespace Thrum.Detector.Operating;

/// <summary>What a source of the operating state tells.</summary>
public enum OperatingQuantity
{
    /// <summary>The speed of the shaft in r/min, which the diagnosis uses too.</summary>
    Speed,

    /// <summary>A load, in any unit.</summary>
    Load,
}

/// <summary>
/// When the machine under some axes runs, and how: told by their own vibration, or by a measured speed or load. The entry that matches first holds; an axis without one always counts as running.
/// </summary>
public sealed record OperatingOptions : ICrossChecked
{
    /// <summary>Which axes: a pattern over <c>machine/sensor/axis</c> in which <c>*</c> stands for any text.</summary>
    [Required]
    public string Match { get; init; } = "*";

    /// <summary>The quantity of the same machine whose values decide, as <c>sensor/axis</c>; empty to decide by the level of the axis's own windows.</summary>
    public string Source { get; init; } = "";

    /// <summary>What the source tells.</summary>
    public OperatingQuantity SourceIs { get; init; } = OperatingQuantity.Speed;

    /// <summary>Values of the source further apart than this tell nothing of the time between them.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan SourceTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A window at or above this runs: of its RMS (without its mean, in the unit of the samples), or of the source's least value during it.</summary>
    [Range(0.0, 1e30)]
    public double RunningAbove { get; init; }

    /// <summary>A window below this stands still; in between it is as before. 80 % of <see cref="RunningAbove"/> when absent.</summary>
    public double? StoppedBelow { get; init; }

    /// <summary>A standstill shorter than this is none that a start-up follows.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StopAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after a start windows are not scored.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StartUp { get; init; }

    /// <summary>The bands of the source that are calibrated each by itself; empty for one calibration.</summary>
    public IReadOnlyList<OperatingBand> Bands { get; init; } = [];

    /// <summary>How long after a change of band windows are not scored.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan BandSettle { get; init; }

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

        if (Source.Length > 0 && SourceOf("machine") is null)
        {
            yield return $"Source is '{Source}', expected the sensor and axis of the same machine, such as tacho/default";
        }

        foreach (string fault in BandFaults())
        {
            yield return fault;
        }
    }

    internal double StoppedLevel => StoppedBelow ?? 0.8 * RunningAbove;

    internal bool Matches(AxisId axis) => FileSystemName.MatchesSimpleExpression(Match, axis.ToString(), ignoreCase: false);

    /// <summary>False when it matches no axis of a machine: the text before its first <c>*</c> is that of others.</summary>
    internal bool MayMatchOn(string machine)
    {
        int any = Match.AsSpan().IndexOfAny('*', '?', '\\');
        ReadOnlySpan<char> start = any < 0 ? Match : Match.AsSpan(0, any);
        string axes = machine + "/";
        return start.StartsWith(axes, StringComparison.Ordinal) || (any >= 0 && axes.AsSpan().StartsWith(start, StringComparison.Ordinal));
    }

    /// <summary>The source of a machine; null where there is none.</summary>
    internal AxisId? SourceOf(string machine) =>
        Source.Split('/') is [{ Length: > 0 } sensor, { Length: > 0 } axis] ? new AxisId(machine, sensor, axis) : null;

    private IEnumerable<string> BandFaults()
    {
        if (Bands.Count > 0 && Source.Length == 0)
        {
            yield return "Bands are given without a Source, expected the speed or load that tells them";
        }

        OperatingBand[] sorted = [.. Bands.OrderBy(band => band.From)];
        foreach (OperatingBand band in sorted.Where(band => !(band.From < band.To) || !double.IsFinite(band.From) || !double.IsFinite(band.To)))
        {
            yield return Invariant($"Bands: '{band.Name}' goes from {band.From} to {band.To}, expected a finite range");
        }

        foreach ((OperatingBand low, OperatingBand high) in sorted.Zip(sorted.Skip(1)).Where(pair => pair.First.To > pair.Second.From))
        {
            yield return Invariant($"Bands: '{low.Name}' ends at {low.To}, expected at most {high.From}, where '{high.Name}' begins");
        }

        foreach (OperatingBand band in Bands.Where(band => band.Name.Length > OperatingBand.MaxName))
        {
            yield return $"Bands: the name '{band.Name[..OperatingBand.MaxName]}…' has {band.Name.Length} characters, expected at most {OperatingBand.MaxName}";
        }

        foreach (string twice in Bands.GroupBy(band => band.Name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            yield return $"Bands: the Name '{twice}' stands more than once";
        }
    }
}
