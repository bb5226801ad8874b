namespace Thrum.Ingest.Simulation;

/// <summary>What a machine's fault adds to its vibration.</summary>
internal abstract class FaultSource(SimulatorOptions options, double gain)
{
    private const double GrowthSeconds = 60;
    private const double AtOnset = 0.6;

    protected SimulatorOptions Options { get; } = options;

    /// <summary>The source of an axis, or null for a sound machine.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="gain">Of the path to the axis.</param>
    public static FaultSource? Of(SimulatorOptions options, double gain) => options.Fault switch
    {
        MachineFault.None => null,
        MachineFault.Unbalance or MachineFault.Misalignment or MachineFault.Looseness => new ShaftOrders(options, gain),
        MachineFault.GearTooth => new CrackedTooth(options, gain),
        _ => new ImpactTrain(options, new GaussianSource(GaussianSource.Seed(options.Seed, "impacts")), gain),
    };

    /// <summary>The next sample's share, in g.</summary>
    /// <param name="shaft">Advanced to this sample.</param>
    /// <param name="seconds">Time since the onset.</param>
    public abstract double Next(Shaft shaft, double seconds);

    /// <summary>How loud the fault is at that time: a grown fault's size and the path's gain.</summary>
    protected double Size(double seconds) => Options.Severity * gain * (AtOnset + ((1 - AtOnset) * (1 - Math.Exp(-seconds / GrowthSeconds))));
}
