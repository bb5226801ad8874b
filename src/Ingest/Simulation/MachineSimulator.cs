namespace Thrum.Ingest.Simulation;

/// <summary>
/// A machine on a bench that does not exist: shaft harmonics 1× to 4×, a gear mesh and its first harmonic with sidebands at
/// the shaft's speed, broadband noise, and from a given time on a fault of the machine, the sensor or both. In g; healthy about
/// 0.12 g RMS. The same options give the same signal on one kind of machine, however it is cut into blocks.
/// An instance belongs to one thread; generating allocates nothing.
/// </summary>
public sealed class MachineSimulator
{
    // Amplitudes in g of 1x to 4x: unbalance, some misalignment, a little looseness.
    private static readonly double[] HarmonicsG = [0.05, 0.03, 0.015, 0.01];

    private const double MeshG = 0.05;
    private const double MeshHarmonicG = 0.02;
    private const double MeshModulation = 0.3;

    private readonly SimulatorOptions _options;
    private readonly GaussianSource _noise;
    private readonly Shaft _shaft;
    private readonly FaultSource? _fault;
    private readonly FaultySensor? _sensor;
    private readonly long _onsetSample;
    private readonly long _sensorOnsetSample;
    private readonly double[] _phases;
    private readonly double _gain;

    /// <summary>A machine at its first sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option is outside its range, or the resonance is not below half the sampling rate.
    /// </exception>
    public MachineSimulator(SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SimulatorChecks.Check(options);
        _onsetSample = SampleAt(options.FaultOnsetSeconds, options);
        _sensorOnsetSample = SampleAt(options.SensorFaultOnsetSeconds, options);
        if (options.SensorFault == SensorFault.WrongRate)
        {
            // What is said to be one second of samples takes less.
            options = options with { SampleRateHz = options.SampleRateHz * (1 + (FaultySensor.ClockError * options.SensorFaultSize)) };
        }

        _options = options;
        _noise = new GaussianSource(GaussianSource.Seed(options.Seed, "noise " + options.Axis));
        _shaft = new Shaft(options, new GaussianSource(GaussianSource.Seed(options.Seed, "shaft")));

        GaussianSource build = new(GaussianSource.Seed(options.Seed, "axis " + options.Axis));
        _gain = 0.8 + (0.4 * build.Uniform());
        _phases = [.. Enumerable.Range(0, HarmonicsG.Length + 2).Select(_ => 2 * Math.PI * build.Uniform())];
        _fault = FaultSource.Of(options, _gain);
        _sensor = options.SensorFault is SensorFault.None or SensorFault.WrongRate ? null : new FaultySensor(options);
    }

    /// <summary>Samples generated so far: the index of the next one.</summary>
    public long SampleIndex { get; private set; }

    /// <summary>Index of the first sample of the damaged machine, or null where it stays sound.</summary>
    public long? FaultOnsetSample => _fault is null ? null : _onsetSample;

    /// <summary>The next samples, in g.</summary>
    /// <param name="block">Any length; filled.</param>
    public void Generate(Span<float> block)
    {
        foreach (ref float sample in block)
        {
            double value = (_gain * Rotation(_shaft.Turns - Math.Floor(_shaft.Turns))) + (_options.NoiseG * _noise.Next());
            if (_fault is not null && SampleIndex >= _onsetSample)
            {
                value += _fault.Next(_shaft, (SampleIndex - _onsetSample) / _options.SampleRateHz);
            }

            if (_sensor is not null && SampleIndex >= _sensorOnsetSample)
            {
                value = _sensor.Read(value, (SampleIndex - _sensorOnsetSample) / _options.SampleRateHz);
            }

            sample = (float)value;
            _shaft.Advance();
            SampleIndex++;
        }
    }

    private double Rotation(double turn)
    {
        double angle = 2 * Math.PI * turn;
        double sum = 0;
        for (int i = 0; i < HarmonicsG.Length; i++)
        {
            sum += HarmonicsG[i] * Math.Sin(((i + 1) * angle) + _phases[i]);
        }

        double mesh = (MeshG * Math.Sin((_options.GearTeeth * angle) + _phases[^2]))
            + (MeshHarmonicG * Math.Sin((2 * _options.GearTeeth * angle) + _phases[^1]));
        // What hangs on the rotor pulls with the square of the speed, the teeth with the load.
        return (_shaft.Speed * _shaft.Speed * sum) + (_shaft.Load * (1 + (MeshModulation * Math.Cos(angle))) * mesh);
    }

    private static long SampleAt(double seconds, SimulatorOptions options) =>
        (long)Math.Min(long.MaxValue / 2, Math.Ceiling(seconds * options.SampleRateHz));
}
