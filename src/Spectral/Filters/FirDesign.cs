using Thrum.Spectral.Guards;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Filters;

/// <summary>
/// Linear-phase FIR filters by the windowed-sinc method: the ideal response, cut to length by a window; −6 dB at the edges.
/// The gain is exactly 1 at 0 (low-pass, band-stop), at half the sampling rate (high-pass) or at the band's middle. Pure
/// functions, any thread.
/// </summary>
public static class FirDesign
{
    /// <summary>The taps, symmetric about the middle one; the delay is half their number.</summary>
    /// <param name="tapCount">Odd, at least 3.</param>
    /// <param name="band">What is to pass.</param>
    /// <param name="window">In its symmetric form; Hamming stops by 53 dB, Blackman-Harris by more than 100 dB.</param>
    /// <param name="parameter">β of Kaiser, α of Tukey.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of taps is even or below 3, or a value out of range.</exception>
    public static float[] Taps(int tapCount, FilterBand band, SpectrumWindow window = SpectrumWindow.Hamming, double parameter = 0) =>
        [.. Exact(tapCount, band, window, parameter).Select(tap => (float)tap)];

    internal static double[] Exact(int tapCount, FilterBand band, SpectrumWindow window, double parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tapCount, 3);
        ArgumentOutOfRangeException.ThrowIfZero(tapCount % 2, nameof(tapCount));
        Finite.ThrowIfNotPositive(band.SampleRateHz, nameof(band));
        double low = band.LowHz / band.SampleRateHz;
        double high = band.HighHz / band.SampleRateHz;
        (double from, double to, double unity, bool inverted) = band.Kind switch
        {
            FilterKind.LowPass => (0, high, 0, false),
            FilterKind.HighPass => (low, 0.5, 0.5, false),
            FilterKind.BandPass => (low, high, (low + high) / 2, false),
            _ => (low, high, 0, true),
        };
        double[] taps = WindowWeights.Exact(window, tapCount, parameter, symmetric: true);
        int middle = tapCount / 2;
        for (int i = 0; i < tapCount; i++)
        {
            double ideal = Sinc(to, i - middle) - Sinc(from, i - middle);
            taps[i] *= inverted ? (i == middle ? 1 : 0) - ideal : ideal;
        }

        double gain = taps.Select((tap, i) => tap * Math.Cos(2 * Math.PI * unity * (i - middle))).Sum();
        return [.. taps.Select(tap => tap / gain)];
    }

    /// <summary>Impulse response of the ideal low-pass to a fraction of the sampling rate.</summary>
    private static double Sinc(double edge, int at) => at == 0 ? 2 * edge : Math.Sin(2 * Math.PI * edge * at) / (Math.PI * at);
}
