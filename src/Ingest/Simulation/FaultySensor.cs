namespace Thrum.Ingest.Simulation;

/// <summary>What a faulty sensor makes of true values.</summary>
internal sealed class FaultySensor(SimulatorOptions options)
{
    private const double RailG = 0.2;
    private const double OffsetG = 0.5;
    private const double DriftGPerSecond = 0.05;
    private const double DropoutShare = 0.1;
    private const double DropoutSeconds = 0.05;

    /// <summary>How much faster than stated the clock of <see cref="SensorFault.WrongRate"/> runs.</summary>
    public const double ClockError = 0.05;

    private readonly GaussianSource _random = new(GaussianSource.Seed(options.Seed, "sensor " + options.Axis));
    private double _stuckAt = double.NaN;
    private bool _isOut;

    /// <summary>The reading of a sample.</summary>
    /// <param name="value">The true value, g.</param>
    /// <param name="seconds">Time since the onset, not negative.</param>
    public double Read(double value, double seconds)
    {
        double size = options.SensorFaultSize;
        switch (options.SensorFault)
        {
            case SensorFault.Stuck:
                _stuckAt = double.IsNaN(_stuckAt) ? value : _stuckAt;
                return _stuckAt;
            case SensorFault.Clipping:
                return Math.Clamp(value, -RailG / size, RailG / size);
            case SensorFault.Dropout:
                return IsOut(Math.Min(0.9, DropoutShare * size)) ? double.NaN : value;
            case SensorFault.Offset:
                return value + (OffsetG * size);
            case SensorFault.Drift:
                return value + (DriftGPerSecond * size * seconds);
            default:
                return value;
        }
    }

    /// <summary>Two states with constant chances to change: runs of geometric length, out for that share of the time.</summary>
    private bool IsOut(double share)
    {
        double toReturn = Math.Min(1, 1 / (DropoutSeconds * options.SampleRateHz));
        double chance = _isOut ? toReturn : toReturn * share / (1 - share);
        _isOut ^= _random.Uniform() < chance;
        return _isOut;
    }
}
