namespace Thrum.Ingest.Simulation;

/// <summary>
/// The shaft's angle, in turns, sample by sample. Its speed wanders about the mean by 0.2 % (an Ornstein-Uhlenbeck process
/// with a time constant of 2 s), as that of a motor under changing load does.
/// </summary>
internal sealed class Shaft
{
    private const double Wander = 0.002;
    private const double TimeConstantSeconds = 2;

    // The speed is renewed every so many samples: far faster than it wanders.
    private const int Renewal = 32;

    private readonly GaussianSource _random;
    private readonly double _turnsPerSample;
    private readonly double _decay;
    private readonly double _push;
    private double _deviation;
    private int _untilRenewal;

    public Shaft(SimulatorOptions options, GaussianSource random)
    {
        _random = random;
        _turnsPerSample = options.ShaftHz / options.SampleRateHz;
        _decay = Math.Exp(-Renewal / (options.SampleRateHz * TimeConstantSeconds));
        _push = Wander * Math.Sqrt(1 - (_decay * _decay));
        _deviation = Wander * random.Next();
    }

    /// <summary>Turns since the start, at the present sample.</summary>
    public double Turns { get; private set; }

    /// <summary>Turns from the sample before to the present one; 0 before the first advance.</summary>
    public double Step { get; private set; }

    public void Advance()
    {
        if (_untilRenewal == 0)
        {
            _deviation = (_decay * _deviation) + (_push * _random.Next());
            Step = _turnsPerSample * (1 + _deviation);
            _untilRenewal = Renewal;
        }

        _untilRenewal--;
        Turns += Step;
    }
}
