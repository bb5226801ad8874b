using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Spectra;

/// <summary>
/// The weights of a window function and what they do to a spectrum. Periodic weights (for spectra) are the symmetric ones of
/// n + 1 samples without the last; symmetric ones are for filter design. Immutable and safe to share between threads.
/// </summary>
public sealed class WindowWeights
{
    private static readonly double[] HannTerms = [0.5, 0.5];
    private static readonly double[] HammingTerms = [0.54, 0.46];
    private static readonly double[] BlackmanHarrisTerms = [0.35875, 0.48829, 0.14128, 0.01168];
    private static readonly double[] FlatTopTerms = [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368];

    private readonly float[] _weights;

    /// <summary>The weights of a window of <paramref name="length"/> samples; a single sample has weight 1.</summary>
    /// <param name="window">Which function.</param>
    /// <param name="length">Samples n, at least 1.</param>
    /// <param name="parameter">β ≥ 0 of Kaiser, α in 0 … 1 of Tukey; not used by the others.</param>
    /// <param name="symmetric">Symmetric instead of periodic.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length or the parameter is out of range.</exception>
    public WindowWeights(SpectrumWindow window, int length, double parameter = 0, bool symmetric = false)
    {
        Window = window;
        Parameter = parameter;
        double[] exact = Exact(window, length, parameter, symmetric);
        _weights = [.. exact.Select(weight => (float)weight)];
        CoherentGain = exact.Average();
        PowerGain = exact.Average(weight => weight * weight);
    }

    /// <summary>The function.</summary>
    public SpectrumWindow Window { get; }

    /// <summary>β of Kaiser or α of Tukey.</summary>
    public double Parameter { get; }

    /// <summary>[n], at most 1.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Mean weight: by how much the amplitude of a line on a bin is lowered.</summary>
    public double CoherentGain { get; }

    /// <summary>Mean square weight: by how much the power of noise is lowered.</summary>
    public double PowerGain { get; }

    /// <summary>Width in bins of the rectangular filter that passes as much noise: n·Σw²/(Σw)².</summary>
    public double NoiseBandwidthBins => PowerGain / (CoherentGain * CoherentGain);

    /// <summary>The same weights before they are rounded.</summary>
    internal static double[] Exact(SpectrumWindow window, int length, double parameter, bool symmetric)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (window == SpectrumWindow.Kaiser && !(parameter is >= 0 and <= 700))
        {
            throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "β of a Kaiser window must be in 0 … 700");
        }

        if (window == SpectrumWindow.Tukey && !(parameter is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "α of a Tukey window must be in 0 … 1");
        }

        double[] weights = new double[length];
        if (length == 1)
        {
            weights[0] = 1;
            return weights;
        }

        double last = symmetric ? length - 1 : length;
        for (int i = 0; i < length; i++)
        {
            weights[i] = At(window, i / last, parameter);
        }

        return weights;
    }

    /// <summary>The function at a place from 0 (first sample) to 1 (last of the symmetric form).</summary>
    private static double At(SpectrumWindow window, double place, double parameter) => window switch
    {
        SpectrumWindow.Rectangular => 1,
        SpectrumWindow.Hann => CosineSum(HannTerms, place),
        SpectrumWindow.Hamming => CosineSum(HammingTerms, place),
        SpectrumWindow.BlackmanHarris => CosineSum(BlackmanHarrisTerms, place),
        SpectrumWindow.FlatTop => CosineSum(FlatTopTerms, place),
        SpectrumWindow.Kaiser => KaiserLowPass.BesselI0(2 * parameter * Math.Sqrt(place * (1 - place))) / KaiserLowPass.BesselI0(parameter),
        SpectrumWindow.Tukey => Tukey(parameter, Math.Min(place, 1 - place)),
        _ => throw new ArgumentOutOfRangeException(nameof(window), window, "is not a known window"),
    };

    private static double CosineSum(double[] terms, double place)
    {
        double sum = 0;
        for (int k = 0; k < terms.Length; k++)
        {
            sum += (k % 2 == 0 ? 1 : -1) * terms[k] * Math.Cos(2 * Math.PI * k * place);
        }

        return sum;
    }

    private static double Tukey(double alpha, double fromEdge) =>
        2 * fromEdge >= alpha ? 1 : 0.5 * (1 - Math.Cos(2 * Math.PI * fromEdge / alpha));
}
