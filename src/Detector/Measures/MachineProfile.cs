using System.IO.Enumeration;
using Thrum.Detector.Samples;
using Thrum.Spectral.Bearings;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Units;

namespace Thrum.Detector.Measures;

/// <summary>What is known of the machine of an axis. Immutable; the profiles of two axes are one where their entry is.</summary>
internal sealed class MachineProfile
{
    private const double LongestSeconds = 4;
    private const double Turns = 100;
    private const int LeastSamples = 64;
    private const int MostSamples = 1 << 18;

    private MachineProfile(MachineOptions options)
    {
        Match = options.Match;
        ShaftHz = options.Rpm > 0 ? options.Rpm / 60 : null;
        Bearing = options.Bearing.Length > 0 ? BearingCatalogue.Parse(options.Bearing, out _) : null;
        Unit = VibrationUnits.Parse(options.Unit);
        GearTeeth = options.GearTeeth;
        MainsHz = options.MainsHz > 0 ? options.MainsHz : null;
        Limits = Iso20816Part3.For(options.Group, options.Support);
    }

    public double? ShaftHz { get; }

    public BearingGeometry? Bearing { get; }

    public VibrationUnit? Unit { get; }

    public int GearTeeth { get; }

    public double? MainsHz { get; }

    public Iso20816Part3 Limits { get; }

    private string Match { get; }

    /// <summary>The profiles of a configuration, asked in order, and last one that knows nothing.</summary>
    public static MachineProfile[] All(IReadOnlyList<MachineOptions> machines) => [.. machines.Select(machine => new MachineProfile(machine)), new(new MachineOptions())];

    /// <summary>The first whose pattern the axis matches.</summary>
    public static MachineProfile For(MachineProfile[] profiles, AxisId axis)
    {
        string name = axis.ToString();
        return profiles.First(profile => FileSystemName.MatchesSimpleExpression(profile.Match, name, ignoreCase: false));
    }

    /// <summary>Samples of the buffer: the length that is asked for, ten periods of 10 Hz and a hundred turns where they matter.</summary>
    public int BufferSamples(TimeSpan least, double sampleRateHz)
    {
        double severity = Unit is null ? 0 : 1;
        double turns = Math.Min(LongestSeconds, Turns / ShaftHz ?? 0);
        double seconds = Math.Max(least.TotalSeconds, Math.Max(severity, turns));
        return (int)Math.Clamp(Math.Ceiling(seconds * sampleRateHz), LeastSamples, MostSamples);
    }
}
