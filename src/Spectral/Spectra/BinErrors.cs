using System.Numerics.Tensors;
using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Spectra;

/// <summary>
/// Plan of the errors of a reconstruction in the spectrum: | |Y_k| − |Ŷ_k| | of every bin k, with the single-sided amplitudes of
/// <see cref="AmplitudeSpectrum"/>. For a few bins that never change <see cref="BinAmplitudes"/> is cheaper; this one serves
/// many, bins by order at a varying speed, and the search for those that contribute most. Immutable and safe to share between
/// threads; nothing is allocated per window.
/// </summary>
public sealed class BinErrors
{
    private readonly AmplitudeSpectrum _spectrum;

    /// <summary>A plan.</summary>
    /// <param name="windowSamples">n, at least 1.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public BinErrors(int windowSamples, double sampleRateHz)
    {
        Finite.ThrowIfNotPositive(sampleRateHz);
        _spectrum = new AmplitudeSpectrum(windowSamples);
        SampleRateHz = sampleRateHz;
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples => _spectrum.WindowSamples;

    /// <summary>Sampling rate fs.</summary>
    public double SampleRateHz { get; }

    /// <summary>Bins: n/2 + 1 (rounded down).</summary>
    public int BinCount => _spectrum.BinCount;

    /// <summary>Floats of scratch that <see cref="Compute"/> asks for.</summary>
    public int ScratchLength => BinCount + _spectrum.ScratchLength;

    /// <summary>The error of every bin. A NaN or infinite sample in either leaves none finite.</summary>
    /// <param name="window">[n].</param>
    /// <param name="reconstruction">[n].</param>
    /// <param name="errors">[<see cref="BinCount"/>], in the unit of the samples; must not overlap the other spans.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Compute(ReadOnlySpan<float> window, ReadOnlySpan<float> reconstruction, Span<float> errors, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        Span<float> other = scratch[..BinCount];
        _spectrum.Compute(window, errors, scratch[BinCount..]);
        _spectrum.Compute(reconstruction, other, scratch[BinCount..]);
        TensorPrimitives.Subtract(errors, other, errors);
        TensorPrimitives.Abs(errors, errors);
    }

    /// <summary>Mean of the errors over the bins of some ranges, each bin counted once.</summary>
    /// <param name="errors">[<see cref="BinCount"/>].</param>
    /// <param name="ranges">The bins; a range that has none in this spectrum counts for nothing.</param>
    /// <param name="shaftHz">Shaft speed in Hz for ranges in orders; NaN where it is not known.</param>
    /// <returns>The mean; NaN where there is no bin.</returns>
    /// <exception cref="ArgumentException">The errors have the wrong length.</exception>
    public double Mean(ReadOnlySpan<float> errors, ReadOnlySpan<BinRange> ranges, double shaftHz)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(errors.Length, BinCount);
        double sum = 0;
        int count = 0;
        for (int i = 0; i < ranges.Length; i++)
        {
            if (!ranges[i].TryResolve(WindowSamples, SampleRateHz, shaftHz, out (int First, int Last) bins))
            {
                continue;
            }

            for (int k = bins.First; k <= bins.Last; k++)
            {
                if (!IsIn(ranges[..i], k, shaftHz))
                {
                    sum += errors[k];
                    count++;
                }
            }
        }

        return sum / count;
    }

    /// <summary>The bins with the greatest errors, the greatest first; of equal ones the lower.</summary>
    /// <param name="errors">[<see cref="BinCount"/>].</param>
    /// <param name="bins">Receives as many as fit.</param>
    /// <returns>How many were written; 0 where the errors are NaN.</returns>
    public static int Greatest(ReadOnlySpan<float> errors, Span<int> bins)
    {
        int count = 0;
        for (int k = 0; k < errors.Length; k++)
        {
            if (float.IsNaN(errors[k]))
            {
                continue;
            }

            int at = count;
            while (at > 0 && errors[bins[at - 1]] < errors[k])
            {
                at--;
            }

            if (at < bins.Length)
            {
                count = Math.Min(count + 1, bins.Length);
                bins[at..(count - 1)].CopyTo(bins[(at + 1)..]);
                bins[at] = k;
            }
        }

        return count;
    }

    private bool IsIn(ReadOnlySpan<BinRange> ranges, int bin, double shaftHz)
    {
        foreach (BinRange range in ranges)
        {
            if (range.TryResolve(WindowSamples, SampleRateHz, shaftHz, out (int First, int Last) bins) && bin >= bins.First && bin <= bins.Last)
            {
                return true;
            }
        }

        return false;
    }
}
