using Thrum.Spectral.Filters;
using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Orders;

/// <summary>
/// Resamples a signal from even times to even angles of the shaft, so that what is tied to the shaft stands on one line of an
/// order spectrum though the speed changes (K. R. Fyfe, E. D. S. Munck, "Analysis of computed order tracking", MSSP 11,
/// 1997). The signal is interpolated by a Kaiser-windowed sinc of 32 samples: right to 10⁻⁴ up to 0.8 of half the sampling
/// rate. What lies above half the samples per revolution in orders must be filtered out before. Immutable and safe to share
/// between threads; nothing is allocated per call.
/// </summary>
public sealed class AngularResampler
{
    private const int Half = 16;
    private const int Steps = 512;
    private const double Beta = 8;

    // The interpolation kernel at 1/512 of a sample apart, one side; linear in between.
    private static readonly float[] Kernel = MakeKernel();

    /// <summary>A resampler.</summary>
    /// <param name="samplesPerRevolution">Outputs per revolution, at least 2; orders up to half of it can be told.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2.</exception>
    public AngularResampler(int samplesPerRevolution)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerRevolution, 2);
        SamplesPerRevolution = samplesPerRevolution;
    }

    /// <summary>Outputs per revolution.</summary>
    public int SamplesPerRevolution { get; }

    /// <summary>Outputs over all of the known angles: the first angle and every 1/samples of a revolution after it.</summary>
    public int OutputLength(ShaftAngle angle)
    {
        ArgumentNullException.ThrowIfNull(angle);
        return (int)Math.Floor(((angle.EndRevolutions - angle.StartRevolutions) * SamplesPerRevolution) + 1e-9) + 1;
    }

    /// <summary>The order of a bin of a transform of so many outputs.</summary>
    public double BinToOrder(int bin, int outputs) => (double)bin * SamplesPerRevolution / outputs;

    /// <summary>
    /// The signal at even angles. Before the first and after the last sample it counts as 0, so outputs within 16 samples of
    /// the ends fade. A NaN or infinite sample spoils the outputs within 16 samples of it.
    /// </summary>
    /// <param name="samples">Samples from time 0 on.</param>
    /// <param name="sampleRateHz">Their rate, positive.</param>
    /// <param name="angle">The shaft.</param>
    /// <param name="output">At least [<see cref="OutputLength"/>]; must not overlap the samples.</param>
    /// <returns>Outputs written.</returns>
    /// <exception cref="ArgumentException">The output is too short, or the rate is not positive.</exception>
    public int Resample(ReadOnlySpan<float> samples, double sampleRateHz, ShaftAngle angle, Span<float> output)
    {
        Finite.ThrowIfNotPositive(sampleRateHz);
        int count = OutputLength(angle);
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, count);
        for (int i = 0; i < count; i++)
        {
            double revolutions = Math.Min(angle.StartRevolutions + ((double)i / SamplesPerRevolution), angle.EndRevolutions);
            output[i] = Interpolate(samples, angle.SecondsAt(revolutions) * sampleRateHz);
        }

        return count;
    }

    private static float Interpolate(ReadOnlySpan<float> samples, double place)
    {
        if (place <= -Half || place >= samples.Length + Half)
        {
            return 0;
        }

        int first = Math.Max(0, (int)Math.Floor(place) - Half + 1);
        int last = Math.Min(samples.Length - 1, (int)Math.Floor(place) + Half);
        double sum = 0;
        for (int i = first; i <= last; i++)
        {
            double at = Math.Abs(place - i) * Steps;
            int step = (int)at;
            double fraction = at - step;
            sum += samples[i] * (Kernel[step] + (fraction * (Kernel[step + 1] - Kernel[step])));
        }

        return (float)sum;
    }

    private static float[] MakeKernel()
    {
        float[] kernel = new float[(Half * Steps) + 2];
        double peak = KaiserLowPass.BesselI0(Beta);
        for (int i = 0; i < Half * Steps; i++)
        {
            double x = (double)i / Steps;
            double sinc = i == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
            kernel[i] = (float)(sinc * KaiserLowPass.BesselI0(Beta * Math.Sqrt(1 - (x / Half * x / Half))) / peak);
        }

        return kernel;
    }
}
