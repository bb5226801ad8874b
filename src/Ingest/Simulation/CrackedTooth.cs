namespace Thrum.Ingest.Simulation;

/// <summary>
/// A cracked tooth is softer: for the angle in which it carries, the mesh is louder and late. Such a short modulation, once a
/// turn, puts sidebands at many multiples of the shaft's speed about the mesh (P. D. McFadden, "Detecting fatigue cracks in gears by
/// amplitude and phase demodulation of the meshing vibration", 1986).
/// </summary>
internal sealed class CrackedTooth : FaultSource
{
    // In g for a severity of 1, over the mesh of a sound pinion: the load falls on the neighbours with a blow.
    private const double BlowG = 1;

    // Standard deviation of the angle in which it carries, in teeth: the contact ratio of spur gears is 1.2 to 1.8.
    private const double Contact = 0.75;

    private readonly double _spread;
    private readonly double _place;
    private readonly double _phase;

    public CrackedTooth(SimulatorOptions options, double gain)
        : base(options, gain)
    {
        GaussianSource random = new(GaussianSource.Seed(options.Seed, "tooth"));
        _spread = Contact / options.GearTeeth;
        _place = random.Uniform();
        _phase = 2 * Math.PI * random.Uniform();
    }

    /// <inheritdoc/>
    public override double Next(Shaft shaft, double seconds)
    {
        double turn = shaft.Turns - _place;
        double away = (turn - Math.Round(turn)) / _spread;
        double carries = Math.Exp(-0.5 * away * away);
        return Size(seconds) * BlowG * shaft.Load * carries * Math.Sin((2 * Math.PI * Options.GearTeeth * shaft.Turns) + _phase - carries);
    }
}
