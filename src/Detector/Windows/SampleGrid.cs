namespace Thrum.Detector.Windows;

/// <summary>
/// The sample grid of a stream: sample i is at origin + i / rate. Times come from exact integer arithmetic and are rounded once,
/// so they never drift. The rate is taken to a millionth of a hertz.
/// </summary>
/// <param name="originUnixNs">Time of sample 0, ns since 1970-01-01 UTC.</param>
/// <param name="sampleRateHz">Sampling rate, from 1e-6 to 1e9 Hz.</param>
public readonly struct SampleGrid(long originUnixNs, double sampleRateHz)
{
    private const long NsPerSecond = 1_000_000_000;
    private const long MicrohertzPerHertz = 1_000_000;
    private const long FarthestIndex = 1L << 62;

    private readonly long _microhertz = (long)Math.Round(sampleRateHz * MicrohertzPerHertz);

    /// <summary>Lowest sampling rate that the grid can tell, Hz.</summary>
    public const double LowestRateHz = 1e-6;

    /// <summary>Highest sampling rate, Hz: beyond it samples are less than a nanosecond apart.</summary>
    public const double HighestRateHz = 1e9;

    /// <summary>True for a rate that the grid can tell; false for NaN too.</summary>
    /// <param name="rateHz">Samples per second.</param>
    public static bool IsRate(double rateHz) => rateHz is >= LowestRateHz and <= HighestRateHz;

    /// <summary>Time of sample 0, ns since 1970-01-01 UTC.</summary>
    public long OriginUnixNs { get; } = originUnixNs;

    /// <summary>Sampling rate, Hz.</summary>
    public double SampleRateHz { get; } = sampleRateHz;

    /// <summary>Time of sample <paramref name="index"/>, ns since 1970-01-01 UTC, rounded to the nearest.</summary>
    public long TimeOf(long index)
    {
        // Whole hertz and less than three hours at 1 GHz: 64 bits hold it all.
        if (_microhertz % MicrohertzPerHertz == 0 && index >= 0)
        {
            long rate = _microhertz / MicrohertzPerHertz;
            (long seconds, long rest) = Math.DivRem(index, rate);
            return OriginUnixNs + (seconds * NsPerSecond) + (((rest * NsPerSecond) + (rate / 2)) / rate);
        }

        Int128 scaled = (Int128)index * NsPerSecond * MicrohertzPerHertz;
        Int128 half = _microhertz / 2;
        return OriginUnixNs + (long)((scaled + (index >= 0 ? half : -half)) / _microhertz);
    }

    /// <summary>The sample nearest to a time; negative before the origin. Held within ±2⁶², so that sums of indices cannot overflow.</summary>
    public long NearestIndex(long timeUnixNs)
    {
        // Any stamp may come from outside: the difference of two needs more than 64 bits.
        Int128 scaled = ((Int128)timeUnixNs - OriginUnixNs) * _microhertz;
        const long Unit = NsPerSecond * MicrohertzPerHertz;
        Int128 half = Unit / 2;
        return (long)Int128.Clamp((scaled + (scaled >= 0 ? half : -half)) / Unit, -FarthestIndex, FarthestIndex);
    }
}
