namespace Thrum.Ingest.Simulation;

/// <summary>
/// A fault of the rotor or its support as the velocities it shows at the shaft's orders, by the charts of ISO 13373-3:2015: a heavy spot
/// at 1×, a bad coupling at 2× above 1×, a loose support at many orders with halves between, because the rotor strikes its clearance every
/// other turn too (A. Muszynska, P. Goldman, "Chaotic responses of unbalanced rotor/bearing/stator systems with looseness or rubs", 1995).
/// </summary>
internal sealed class ShaftOrders : FaultSource
{
    /// <summary>Peak velocity of the strongest order where <see cref="SimulatorOptions.Severity"/> is 1: zone D of a medium machine (ISO 20816-3).</summary>
    public const double VelocityMps = 0.012;

    private const double StandardGravity = Spectral.Units.VibrationUnits.StandardGravity;

    private static readonly (double Order, double Share)[] Unbalance = [(1, 1)];
    private static readonly (double Order, double Share)[] Misalignment = [(1, 0.6), (2, 1), (3, 0.3)];
    private static readonly (double Order, double Share)[] Looseness =
    [
        (0.5, 0.4), (1, 1), (1.5, 0.35), (2, 0.9), (2.5, 0.3), (3, 0.8), (4, 0.6), (5, 0.5), (6, 0.4), (7, 0.35), (8, 0.3),
    ];

    private readonly (double Order, double Share)[] _orders;
    private readonly double[] _phases;

    public ShaftOrders(SimulatorOptions options, double gain)
        : base(options, gain)
    {
        _orders = options.Fault switch
        {
            MachineFault.Unbalance => Unbalance,
            MachineFault.Misalignment => Misalignment,
            _ => Looseness,
        };
        GaussianSource random = new(GaussianSource.Seed(options.Seed, "orders " + options.Axis));
        _phases = [.. _orders.Select(_ => 2 * Math.PI * random.Uniform())];
    }

    /// <inheritdoc/>
    public override double Next(Shaft shaft, double seconds)
    {
        double sum = 0;
        for (int i = 0; i < _orders.Length; i++)
        {
            (double order, double share) = _orders[i];
            sum += order * share * Math.Sin((2 * Math.PI * order * shaft.Turns) + _phases[i]);
        }

        // Acceleration is velocity times 2πf; the force behind it goes with the square of the speed.
        double perOrder = VelocityMps * 2 * Math.PI * Options.ShaftHz / StandardGravity;
        return Size(seconds) * perOrder * shaft.Speed * shaft.Speed * sum;
    }
}
