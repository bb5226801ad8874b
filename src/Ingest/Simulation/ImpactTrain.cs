namespace Thrum.Ingest.Simulation;

/// <summary>
/// A damaged bearing: an impact each time the damage is rolled over, as strong as the load there is at that moment (P. D. McFadden,
/// J. D. Smith, "Model for the vibration produced by a single point defect in a rolling element bearing", Journal of Sound and Vibration 96, 1984),
/// with the random slip of J. Antoni and R. B. Randall ("Differential diagnosis of gear and bearing faults", 2002), each ringing
/// the structure like a damped oscillator, at its exact instant between the samples.
/// </summary>
internal sealed class ImpactTrain : FaultSource
{
    private const double ImpactSpread = 0.1;

    // A ball turns about an axis that wanders, and is not struck as evenly as a race.
    private const double BallModulation = 0.7;

    // One blow for all that the cage lags behind in a turn.
    private const double CageBlow = 2;

    private readonly GaussianSource _random;
    private readonly double _turnsBetween;
    private readonly double _blow;
    private readonly double _loadOrder;
    private readonly double _loadDepth;
    private readonly double _angle;
    private readonly double _logDecay;
    private readonly double _turnRe;
    private readonly double _turnIm;
    private double _ringRe;
    private double _ringIm;
    private double _nextTurns = double.NaN;

    public ImpactTrain(SimulatorOptions options, GaussianSource random, double gain)
        : base(options, gain)
    {
        _random = random;
        (double order, _loadOrder, _loadDepth) = options.Fault switch
        {
            // A race's spall passes the load once a turn of the race; seen from the load it comes as 1 + cos, from 0 to 2.
            MachineFault.InnerRace => (options.Bearing.BpfiOrder, 1, 1),

            // A ball strikes both races while it turns once, and travels through the load with the cage.
            MachineFault.Ball => (2 * options.Bearing.BsfOrder, options.Bearing.FtfOrder, BallModulation),
            MachineFault.Cage => (options.Bearing.FtfOrder, 0, 0),
            _ => (options.Bearing.BpfoOrder, 0.0, 0.0),
        };
        _turnsBetween = 1 / order;
        _blow = options.Fault == MachineFault.Cage ? CageBlow : 1;
        double natural = 2 * Math.PI * options.ResonanceHz / options.SampleRateHz;
        _angle = natural * Math.Sqrt(1 - (options.Damping * options.Damping));
        _logDecay = -options.Damping * natural;
        double radius = Math.Exp(_logDecay);
        (double sin, double cos) = Math.SinCos(_angle);
        (_turnRe, _turnIm) = (radius * cos, radius * sin);
    }

    /// <inheritdoc/>
    public override double Next(Shaft shaft, double seconds)
    {
        (_ringRe, _ringIm) = ((_ringRe * _turnRe) - (_ringIm * _turnIm), (_ringRe * _turnIm) + (_ringIm * _turnRe));
        if (double.IsNaN(_nextTurns))
        {
            // Above 0: the first impact comes after this sample, whose step may be none.
            _nextTurns = shaft.Turns + (_turnsBetween * (1 - _random.Uniform()));
        }

        while (_nextTurns <= shaft.Turns)
        {
            Strike(shaft, seconds, samplesAgo: (shaft.Turns - _nextTurns) / shaft.Step);
            _nextTurns += _turnsBetween * Math.Max(0.1, 1 + (Options.Slip * _random.Next()));
        }

        return _ringIm;
    }

    private void Strike(Shaft shaft, double seconds, double samplesAgo)
    {
        double force = _blow * shaft.Load * Math.Max(0, 1 + (ImpactSpread * _random.Next()));
        double zone = 1 + (_loadDepth * Math.Cos(2 * Math.PI * _loadOrder * _nextTurns));
        double amplitude = Size(seconds) * force * zone * Math.Exp(_logDecay * samplesAgo);
        (double sin, double cos) = Math.SinCos(_angle * samplesAgo);
        _ringRe += amplitude * cos;
        _ringIm += amplitude * sin;
    }
}
