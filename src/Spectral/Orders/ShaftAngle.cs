using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Orders;

/// <summary>
/// When a turning shaft passes each angle: time as a smooth, rising function of revolutions through given points, cubic between
/// them without overshoot (F. N. Fritsch, R. E. Carlson, "Monotone piecewise cubic interpolation", 1980; slopes at tacho
/// pulses after F. N. Fritsch, J. Butland, 1984). Time 0 is that of the first sample. Immutable and safe to share between threads.
/// </summary>
public sealed class ShaftAngle
{
    private readonly double[] _revolutions;
    private readonly double[] _seconds;
    private readonly double[] _slopes;

    private ShaftAngle(double[] revolutions, double[] seconds, double[] slopes)
    {
        _revolutions = revolutions;
        _seconds = seconds;
        _slopes = slopes;
    }

    /// <summary>The first angle known, in revolutions.</summary>
    public double StartRevolutions => _revolutions[0];

    /// <summary>The last angle known, in revolutions.</summary>
    public double EndRevolutions => _revolutions[^1];

    /// <summary>From the times of tacho pulses; the first pulse is revolution 0.</summary>
    /// <param name="pulseSeconds">Rising times, at least 2.</param>
    /// <param name="pulsesPerRevolution">At least 1, evenly about the shaft.</param>
    /// <exception cref="ArgumentException">There are too few pulses, or they do not rise.</exception>
    public static ShaftAngle FromTacho(ReadOnlySpan<double> pulseSeconds, int pulsesPerRevolution = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pulseSeconds.Length, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(pulsesPerRevolution, 1);
        double[] revolutions = new double[pulseSeconds.Length];
        for (int i = 0; i < revolutions.Length; i++)
        {
            revolutions[i] = (double)i / pulsesPerRevolution;
            if (!double.IsFinite(pulseSeconds[i]) || (i > 0 && pulseSeconds[i] <= pulseSeconds[i - 1]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"pulse {i} at {pulseSeconds[i]} s does not come after the one before"),
                    nameof(pulseSeconds));
            }
        }

        double[] seconds = pulseSeconds.ToArray();
        return new(revolutions, seconds, Slopes(seconds, 1.0 / pulsesPerRevolution));
    }

    /// <summary>From the shaft's speed at even intervals, integrated by the trapezoidal rule; time 0 is revolution 0.</summary>
    /// <param name="speedHz">Revolutions per second, all positive, at least 2 values.</param>
    /// <param name="rateHz">Values per second, positive.</param>
    /// <exception cref="ArgumentException">There are too few values, or one is not positive.</exception>
    public static ShaftAngle FromSpeed(ReadOnlySpan<double> speedHz, double rateHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(speedHz.Length, 2);
        Finite.ThrowIfNotPositive(rateHz);
        double[] revolutions = new double[speedHz.Length];
        double[] seconds = new double[speedHz.Length];
        double[] slopes = new double[speedHz.Length];
        for (int i = 0; i < revolutions.Length; i++)
        {
            if (!(speedHz[i] > 0 && double.IsFinite(speedHz[i])))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"speed {i} is {speedHz[i]} Hz: it must be positive"), nameof(speedHz));
            }

            seconds[i] = i / rateHz;
            slopes[i] = 1 / speedHz[i];
            revolutions[i] = i == 0 ? 0 : revolutions[i - 1] + ((speedHz[i - 1] + speedHz[i]) / (2 * rateHz));
        }

        return new(revolutions, seconds, slopes);
    }

    /// <summary>When an angle is passed, in seconds from the first sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The angle is not within the known ones.</exception>
    public double SecondsAt(double revolutions)
    {
        if (!(revolutions >= StartRevolutions && revolutions <= EndRevolutions))
        {
            throw new ArgumentOutOfRangeException(
                nameof(revolutions), revolutions, FormattableString.Invariant($"must be within {StartRevolutions} and {EndRevolutions}"));
        }

        int found = Array.BinarySearch(_revolutions, revolutions);
        int i = Math.Clamp(found >= 0 ? found : ~found - 1, 0, _revolutions.Length - 2);
        double width = _revolutions[i + 1] - _revolutions[i];
        double t = (revolutions - _revolutions[i]) / width;
        double u = 1 - t;
        return (u * u * (((1 + (2 * t)) * _seconds[i]) + (t * width * _slopes[i])))
            + (t * t * (((3 - (2 * t)) * _seconds[i + 1]) - (u * width * _slopes[i + 1])));
    }

    /// <summary>Inside the harmonic mean of the slopes to both sides; at the ends of a parabola, kept monotone.</summary>
    private static double[] Slopes(double[] seconds, double step)
    {
        double[] secants = new double[seconds.Length - 1];
        for (int i = 0; i < secants.Length; i++)
        {
            secants[i] = (seconds[i + 1] - seconds[i]) / step;
        }

        double[] slopes = new double[seconds.Length];
        for (int i = 1; i < secants.Length; i++)
        {
            slopes[i] = 2 / ((1 / secants[i - 1]) + (1 / secants[i]));
        }

        slopes[0] = secants.Length == 1 ? secants[0] : Math.Max(0, ((3 * secants[0]) - secants[1]) / 2);
        slopes[^1] = secants.Length == 1 ? secants[0] : Math.Max(0, ((3 * secants[^1]) - secants[^2]) / 2);
        return slopes;
    }
}
