using System.Numerics;
using System.Numerics.Tensors;
using Thrum.Spectral.Guards;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Envelopes;

/// <summary>
/// Plan of the fast kurtogram on the 1/3-binary tree (J. Antoni, "Fast computation of the kurtogram for the detection of
/// transient faults", MSSP 21, 2007): 0 … fs/2 is cut into 1, 2, 3, 4, 6, 8, 12, … equal bands, and the spectral kurtosis of
/// each band's envelope tells where impulses stand out. Bands are cut from one spectrum rather than by a tree of
/// filters, so their edges are sharp. Immutable and safe to share between threads; nothing is allocated per window.
/// </summary>
public sealed class Kurtogram
{
    // The ends of the window are faded over this part and left out, so that their mismatch does not look like an impulse.
    private const double Fade = 0.1;
    private const int LeastBins = 16;

    private readonly RealFft _fft;
    private readonly float[] _taper;
    private readonly (int First, int Count, FftCore Fft)[] _bands;
    private readonly int _longest;

    /// <summary>A plan.</summary>
    /// <param name="windowSamples">n, at least 64.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="leastBandwidthHz">
    /// Narrower bands are not tried. A defect's lines need several times its frequency; bands below 16 bins are never tried.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public Kurtogram(int windowSamples, double sampleRateHz, double leastBandwidthHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 64);
        Finite.ThrowIfNotPositive(sampleRateHz);
        Finite.ThrowIfNotPositive(leastBandwidthHz);
        _fft = RealFft.Get(windowSamples);
        _taper = new WindowWeights(SpectrumWindow.Tukey, windowSamples, Fade).Weights.ToArray();
        SampleRateHz = sampleRateHz;
        int bins = windowSamples / 2;
        double least = Math.Max(LeastBins, leastBandwidthHz * windowSamples / sampleRateHz);
        _bands =
        [
            .. Divisions().TakeWhile(parts => parts == 1 || (double)bins / parts >= least * (1 - 1e-9))
                .SelectMany(parts => Cut(bins, parts)),
        ];
        _longest = _bands.Max(band => band.Fft.Length);
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples => _fft.Length;

    /// <summary>Sampling rate fs.</summary>
    public double SampleRateHz { get; }

    /// <summary>Bands tried, from the widest to the narrowest, within a division upwards.</summary>
    public int BandCount => _bands.Length;

    /// <summary>Floats of scratch that <see cref="Compute"/> asks for.</summary>
    public int ScratchLength => WindowSamples + (2 * _fft.SpectrumLength) + Math.Max(_fft.ScratchLength, 5 * _longest);

    /// <summary>All bands of one window, and the most impulsive one. With NaN samples every kurtosis, and the result's, is NaN.</summary>
    /// <param name="samples">[n]; must not overlap the other spans.</param>
    /// <param name="bands">[<see cref="BandCount"/>], or empty if only the best is wanted.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <returns>The band of the greatest kurtosis; a silent band has kurtosis −2.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public KurtogramBand Compute(ReadOnlySpan<float> samples, Span<KurtogramBand> bands, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, WindowSamples);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        if (!bands.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(bands.Length, BandCount);
        }

        Span<float> real = scratch.Slice(WindowSamples, _fft.SpectrumLength);
        Span<float> imaginary = scratch.Slice(WindowSamples + _fft.SpectrumLength, _fft.SpectrumLength);
        Span<float> rest = scratch[(WindowSamples + (2 * _fft.SpectrumLength))..];
        Filters.Detrend.Remove(Filters.Trend.Mean, samples, scratch[..WindowSamples]);
        TensorPrimitives.Multiply(scratch[..WindowSamples], _taper, scratch[..WindowSamples]);
        _fft.Forward(scratch[..WindowSamples], real, imaginary, rest);

        KurtogramBand best = default;
        for (int i = 0; i < _bands.Length; i++)
        {
            (int first, int count, FftCore fft) = _bands[i];
            Span<float> squared = rest.Slice(4 * _longest, fft.Length);
            BandDemodulator.SquaredEnvelope(real.Slice(first, count), imaginary.Slice(first, count), WindowSamples, fft, squared, rest);
            double binHz = SampleRateHz / WindowSamples;
            KurtogramBand band = new(first * binHz, (first + count) * binHz, Kurtosis(squared));
            best = i == 0 || band.Kurtosis > best.Kurtosis ? band : best;
            if (!bands.IsEmpty)
            {
                bands[i] = band;
            }
        }

        return best;
    }

    private static IEnumerable<int> Divisions()
    {
        yield return 1;
        for (int parts = 2; parts < 1 << 20; parts *= 2)
        {
            yield return parts;
            yield return parts / 2 * 3;
        }
    }

    private static IEnumerable<(int First, int Count, FftCore Fft)> Cut(int bins, int parts)
    {
        for (int part = 0; part < parts; part++)
        {
            int first = (int)((long)part * bins / parts);
            int count = (int)((part + 1L) * bins / parts) - first;
            yield return (first, count, FftCore.Get((int)BitOperations.RoundUpToPowerOf2((uint)count)));
        }
    }

    private static double Kurtosis(ReadOnlySpan<float> squared)
    {
        int edge = (int)Math.Ceiling(squared.Length * Fade / 2);
        double second = 0;
        double fourth = 0;
        foreach (float value in squared[edge..^edge])
        {
            second += value;
            fourth += (double)value * value;
        }

        int count = squared.Length - (2 * edge);
        return second == 0 ? -2 : (fourth * count / (second * second)) - 2;
    }
}
