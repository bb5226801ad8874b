using System.CommandLine;
using System.Globalization;
using Thrum.Gateway.Inspect;
using Thrum.Gateway.Workflows;
using Thrum.Spectral.Bearings;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Units;

namespace Thrum.Gateway.Cli;

/// <summary>The command-line options that describe the machine a recording is of.</summary>
internal sealed class MachineOptionSet
{
    private readonly Option<double?> _rpm = new("--rpm") { Description = "Shaft speed in r/min; what the file says by default" };
    private readonly Option<string?> _bearing = new("--bearing")
    {
        Description = $"The bearing: one of {string.Join(", ", BearingCatalogue.Names)}, or its numbers as elements,diameter,pitch-diameter[,contact-angle]",
    };

    private readonly Option<int> _teeth = new("--teeth") { Description = "Teeth of the gear on the shaft", DefaultValueFactory = _ => 0 };
    private readonly Option<double?> _mains = new("--mains") { Description = "Mains frequency in Hz; 50 and 60 by default" };
    private readonly Option<string?> _unit = new("--unit")
    {
        Description = $"Unit of the samples: {VibrationUnits.Symbols}; what the file's format implies by default (g for CWRU's .mat files)",
    };

    private readonly Option<MachineGroup> _group = OptionFactory.OneOf("--group", "Group of ISO 20816-3, up to 300 kW or above", MachineGroup.Medium);
    private readonly Option<MachineSupport> _support = OptionFactory.OneOf("--support", "Support of ISO 20816-3", MachineSupport.Rigid);

    public void AddTo(Command command)
    {
        command.Options.Add(_rpm);
        command.Options.Add(_bearing);
        command.Options.Add(_teeth);
        command.Options.Add(_mains);
        command.Options.Add(_unit);
        command.Options.Add(_group);
        command.Options.Add(_support);
    }

    /// <exception cref="UsageException">A value is not what is expected.</exception>
    public InspectionRequest Read(ParseResult parsed, Signal signal)
    {
        string? bearing = parsed.GetValue(_bearing);
        double? mains = Positive(parsed.GetValue(_mains), "--mains");
        int teeth = parsed.GetValue(_teeth);
        return new InspectionRequest
        {
            Signal = signal,
            Unit = Unit(parsed.GetValue(_unit), signal),
            Rpm = Positive(parsed.GetValue(_rpm), "--rpm") ?? (signal.Rpm is > 0 ? signal.Rpm : null),
            Bearing = bearing is null ? null : Bearing(bearing),
            BearingName = bearing,
            GearTeeth = teeth >= 0 ? teeth : throw new UsageException($"--teeth is {teeth}, expected 0 or more"),
            MainsHz = mains,
            Group = parsed.GetValue(_group),
            Support = parsed.GetValue(_support),
        };
    }

    private static BearingGeometry Bearing(string text) =>
        BearingCatalogue.Parse(text, out string fault) ?? throw new UsageException($"--bearing is '{text}', {fault}");

    private static VibrationUnit? Unit(string? text, Signal signal) => text is null
        ? VibrationUnits.Parse(signal.Unit)
        : VibrationUnits.Parse(text) ?? throw new UsageException($"--unit is '{text}', expected {VibrationUnits.Symbols}");

    private static double? Positive(double? value, string option) => value is null or > 0 && !double.IsInfinity(value ?? 1)
        ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}, expected a positive number"));
}
