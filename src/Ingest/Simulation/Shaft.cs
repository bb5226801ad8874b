namespace Thrum.Ingest.Simulation;

/// <summary>
/// The shaft's angle, in turns, sample by sample. Its speed is the mean one, or on the way to it from another; it gives way by 2 % when the rated
/// load comes on, as that of an induction motor does, and wanders by 0.2 % (an Ornstein-Uhlenbeck process with a time constant of 2 s).
/// </summary>
internal sealed class Shaft
{
    private const double Wander = 0.002;
    private const double TimeConstantSeconds = 2;
    private const double LoadChangeSeconds = 1;
    private const double RatedSlip = 0.02;

    // The speed is renewed every so many samples: far faster than it wanders.
    private const int Renewal = 32;

    private readonly SimulatorOptions _options;
    private readonly GaussianSource _random;
    private readonly double _turnsPerSample;
    private readonly double _decay;
    private readonly double _push;
    private double _deviation;
    private int _untilRenewal;
    private long _sample;

    public Shaft(SimulatorOptions options, GaussianSource random)
    {
        _options = options;
        _random = random;
        _turnsPerSample = options.ShaftHz / options.SampleRateHz;
        _decay = Math.Exp(-Renewal / (options.SampleRateHz * TimeConstantSeconds));
        _push = Wander * Math.Sqrt(1 - (_decay * _decay));
        _deviation = Wander * random.Next();
        Govern();
    }

    /// <summary>Turns since the start, at the present sample.</summary>
    public double Turns { get; private set; }

    /// <summary>Turns from the sample before to the present one; 0 before the first advance and while it stands still.</summary>
    public double Step { get; private set; }

    /// <summary>The speed as a multiple of the mean one, without the wander.</summary>
    public double Speed { get; private set; } = 1;

    /// <summary>The load as a multiple of the rated one.</summary>
    public double Load { get; private set; } = 1;

    public void Advance()
    {
        if (_untilRenewal == 0)
        {
            Govern();
            _deviation = (_decay * _deviation) + (_push * _random.Next());
            Step = _turnsPerSample * Speed * (1 + _deviation);
            _untilRenewal = Renewal;
        }

        _untilRenewal--;
        _sample++;
        Turns += Step;
    }

    private void Govern()
    {
        double seconds = _sample / _options.SampleRateHz;
        double loaded = Math.Clamp((seconds - _options.LoadChangeAtSeconds) / LoadChangeSeconds, 0, 1);
        Load = 1 + ((_options.Load - 1) * loaded);
        double run = _options.RunUpSeconds > 0 ? Math.Min(1, seconds / _options.RunUpSeconds) : 1;
        double from = (_options.StartShaftHz ?? _options.ShaftHz) / _options.ShaftHz;
        Speed = (from + ((1 - from) * run)) * (1 - (RatedSlip * (Load - 1)));
    }
}
