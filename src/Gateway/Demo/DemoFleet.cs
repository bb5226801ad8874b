using System.Globalization;
using Thrum.Detector.Measures;
using Thrum.Ingest.Simulation;

namespace Thrum.Gateway.Demo;

/// <summary>The machines of the demonstration and of the model that ships for it.</summary>
internal static class DemoFleet
{
    public const double SampleRateHz = 12_000;

    public const string Sensor = "drive-end";

    public static IReadOnlyList<string> Axes { get; } = ["x", "y"];

    /// <summary>Three machines of different speed and gearing; the first one breaks.</summary>
    public static IReadOnlyList<DemoMachine> Machines { get; } =
    [
        new("pump-1", new SimulatorOptions { SampleRateHz = SampleRateHz, ShaftHz = 29.95, GearTeeth = 23 }),
        new("fan-2", new SimulatorOptions { SampleRateHz = SampleRateHz, ShaftHz = 24.5, GearTeeth = 17 }),
        new("gearbox-3", new SimulatorOptions { SampleRateHz = SampleRateHz, ShaftHz = 41.2, GearTeeth = 31 }),
    ];

    public static string Faulty => Machines[0].Name;
}

/// <summary>One machine of the fleet.</summary>
/// <param name="Name">Its name in topics.</param>
/// <param name="Simulator">How it sounds when healthy.</param>
internal sealed record DemoMachine(string Name, SimulatorOptions Simulator)
{
    /// <summary>What a user would tell of it.</summary>
    public MachineOptions Options => new()
    {
        Match = $"{Name}/*",
        Rpm = 60 * Simulator.ShaftHz,
        Bearing = string.Create(
            CultureInfo.InvariantCulture,
            $"{Simulator.Bearing.RollingElements},{Simulator.Bearing.ElementDiameter},{Simulator.Bearing.PitchDiameter},{Simulator.Bearing.ContactAngleDegrees}"),
        Unit = "g",
        GearTeeth = Simulator.GearTeeth,
    };
}
