using System.CommandLine;
using Thrum.Ingest.Simulation;
using Thrum.Spectral.Bearings;

namespace Thrum.Gateway.Cli;

/// <summary>The command-line options of a simulated machine; what is not given is as the machine has it.</summary>
internal sealed class SimulatorOptionSet
{
    private readonly Option<double?> _rate = new("--rate") { Description = "Sampling rate in Hz" };
    private readonly Option<double?> _rpm = new("--rpm") { Description = "Shaft speed in r/min" };
    private readonly Option<string?> _bearing = new("--bearing")
    {
        Description = $"The bearing: one of {string.Join(", ", BearingCatalogue.Names)}, or its numbers as elements,diameter,pitch-diameter[,contact-angle]",
    };

    private readonly Option<int?> _teeth = new("--teeth") { Description = "Teeth of the gear on the shaft" };
    private readonly Option<double?> _noise = new("--noise") { Description = "Standard deviation of the broadband noise in g" };
    private readonly Option<MachineFault> _fault = OptionFactory.OneOf<MachineFault>("--fault", "What breaks");
    private readonly Option<TimeSpan?> _onset = OptionFactory.Duration("--onset", "When it breaks; at the start by default");
    private readonly Option<double?> _severity = new("--severity") { Description = "Size of the grown fault: for bearing and tooth the peak of an impact in g, else 1 for 12 mm/s" };
    private readonly Option<double?> _startRpm = new("--start-rpm") { Description = "Shaft speed at the beginning in r/min; 0 for a standing machine" };
    private readonly Option<TimeSpan?> _runUp = OptionFactory.Duration("--run-up", "How long it takes from --start-rpm to --rpm; 30s by default");
    private readonly Option<double?> _load = new("--load") { Description = "Load that comes on at --load-at, as a multiple of the rated one" };
    private readonly Option<TimeSpan?> _loadAt = OptionFactory.Duration("--load-at", "When the load changes; at the start by default");
    private readonly Option<SensorFault> _sensorFault = OptionFactory.OneOf<SensorFault>("--sensor-fault", "What is wrong with the sensor");
    private readonly Option<TimeSpan?> _sensorOnset = OptionFactory.Duration("--sensor-onset", "When the sensor fails; at the start by default");
    private readonly Option<double?> _sensorSize = new("--sensor-size") { Description = "Factor on the sensor's fault: 1 is ±0.2 g rails, 10 % dropout, 0.5 g offset, 0.05 g/s drift, a clock 5 % fast" };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed: the same seed gives the same recording", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            _fault, _onset, _severity, _rpm, _startRpm, _runUp, _load, _loadAt, _sensorFault, _sensorOnset, _sensorSize, _rate, _bearing, _teeth, _noise, _seed])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The machine as the options change it.</summary>
    /// <exception cref="UsageException">A value is not what is expected.</exception>
    public SimulatorOptions Read(ParseResult parsed, SimulatorOptions machine)
    {
        double? startRpm = parsed.GetValue(_startRpm);
        if (startRpm is null && parsed.GetValue(_runUp) is not null)
        {
            throw new UsageException("--run-up is given without --start-rpm, expected the speed it begins at");
        }

        SimulatorOptions options = machine with
        {
            SampleRateHz = parsed.GetValue(_rate) ?? machine.SampleRateHz,
            ShaftHz = parsed.GetValue(_rpm) / 60 ?? machine.ShaftHz,
            StartShaftHz = startRpm / 60,
            RunUpSeconds = startRpm is null ? 0 : (parsed.GetValue(_runUp) ?? TimeSpan.FromSeconds(30)).TotalSeconds,
            Load = parsed.GetValue(_load) ?? 1,
            LoadChangeAtSeconds = Seconds(parsed, _loadAt),
            Bearing = parsed.GetValue(_bearing) is { } text ? BearingOf(text) : machine.Bearing,
            GearTeeth = parsed.GetValue(_teeth) ?? machine.GearTeeth,
            NoiseG = parsed.GetValue(_noise) ?? machine.NoiseG,
            Fault = parsed.GetValue(_fault),
            FaultOnsetSeconds = Seconds(parsed, _onset),
            Severity = parsed.GetValue(_severity) ?? machine.Severity,
            SensorFault = parsed.GetValue(_sensorFault),
            SensorFaultOnsetSeconds = Seconds(parsed, _sensorOnset),
            SensorFaultSize = parsed.GetValue(_sensorSize) ?? 1,
            Seed = parsed.GetValue(_seed),
        };
        return options.Faults() is { Count: > 0 } faults ? throw new UsageException(string.Join(" ", faults)) : options;
    }

    private static double Seconds(ParseResult parsed, Option<TimeSpan?> option) => (parsed.GetValue(option) ?? TimeSpan.Zero).TotalSeconds;

    private static BearingGeometry BearingOf(string text) =>
        BearingCatalogue.Parse(text, out string fault) ?? throw new UsageException($"--bearing is '{text}', {fault}");
}
