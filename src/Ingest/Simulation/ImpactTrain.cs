namespace Thrum.Ingest.Simulation;

/// <summary>
/// A damaged race: an impact each time an element rolls over the spall, with the random slip of the model of J. Antoni and
/// R. B. Randall ("Differential diagnosis of gear and bearing faults", 2002), each ringing the structure like a damped
/// oscillator, at its exact instant between the samples.
/// </summary>
internal sealed class ImpactTrain
{
    private const double GrowthSeconds = 60;
    private const double AtOnset = 0.6;
    private const double ImpactSpread = 0.1;

    private readonly SimulatorOptions _options;
    private readonly GaussianSource _random;
    private readonly double _turnsBetween;
    private readonly double _angle;
    private readonly double _logDecay;
    private readonly double _turnRe;
    private readonly double _turnIm;
    private readonly double _gain;
    private double _ringRe;
    private double _ringIm;
    private double _nextTurns = double.NaN;

    public ImpactTrain(SimulatorOptions options, GaussianSource random, double gain)
    {
        _options = options;
        _random = random;
        _gain = gain;
        _turnsBetween = 1 / (options.Fault == BearingFault.InnerRace ? options.Bearing.BpfiOrder : options.Bearing.BpfoOrder);
        double natural = 2 * Math.PI * options.ResonanceHz / options.SampleRateHz;
        _angle = natural * Math.Sqrt(1 - (options.Damping * options.Damping));
        _logDecay = -options.Damping * natural;
        double radius = Math.Exp(_logDecay);
        (double sin, double cos) = Math.SinCos(_angle);
        (_turnRe, _turnIm) = (radius * cos, radius * sin);
    }

    /// <summary>The structure's answer at the sample that the shaft has just reached.</summary>
    /// <param name="shaft">Advanced to this sample.</param>
    /// <param name="seconds">Time since the onset.</param>
    public double Next(Shaft shaft, double seconds)
    {
        (_ringRe, _ringIm) = ((_ringRe * _turnRe) - (_ringIm * _turnIm), (_ringRe * _turnIm) + (_ringIm * _turnRe));
        if (double.IsNaN(_nextTurns))
        {
            // Above 0: the first impact comes after this sample, whose step may be none.
            _nextTurns = shaft.Turns + (_turnsBetween * (1 - _random.Uniform()));
        }

        while (_nextTurns <= shaft.Turns)
        {
            Strike(seconds, samplesAgo: (shaft.Turns - _nextTurns) / shaft.Step);
            _nextTurns += _turnsBetween * Math.Max(0.1, 1 + (_options.Slip * _random.Next()));
        }

        return _ringIm;
    }

    private void Strike(double seconds, double samplesAgo)
    {
        double grown = AtOnset + ((1 - AtOnset) * (1 - Math.Exp(-seconds / GrowthSeconds)));
        double force = Math.Max(0, 1 + (ImpactSpread * _random.Next()));

        // An inner race's spall passes the load once a turn; seen from the load it comes as 1 + cos, from 0 to 2.
        double load = _options.Fault == BearingFault.InnerRace ? 1 + Math.Cos(2 * Math.PI * _nextTurns) : 1;
        double amplitude = _options.Severity * _gain * grown * force * load * Math.Exp(_logDecay * samplesAgo);
        (double sin, double cos) = Math.SinCos(_angle * samplesAgo);
        _ringRe += amplitude * cos;
        _ringIm += amplitude * sin;
    }
}
