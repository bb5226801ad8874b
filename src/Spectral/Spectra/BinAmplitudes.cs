using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thrum.Spectral.Transforms;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Spectra;

/// <summary>
/// Plan of the single-sided amplitudes (scaled as in <see cref="AmplitudeSpectrum"/>) of a few bins of windows of n samples,
/// each bin as two dot products with tables of cosine and sine: cheaper than a transform up to a dozen bins or so.
/// Immutable and safe to share between threads; allocates nothing per window. The order of summation depends on the
/// processor's vector width, so the last digits may differ between machines, never on one.
/// </summary>
public sealed class BinAmplitudes
{
    private readonly int[] _bins;

    // Per bin n cosines, then n sines.
    private readonly float[] _tables;
    private readonly float[] _scales;

    /// <summary>A plan for the given bins, in the given order; a bin may come twice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No samples, or a bin outside 0 … n/2.</exception>
    public BinAmplitudes(int windowSamples, int[] bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 1);
        ArgumentNullException.ThrowIfNull(bins);
        WindowSamples = windowSamples;
        _bins = [.. bins];
        _tables = new float[checked(2 * windowSamples * bins.Length)];
        _scales = new float[bins.Length];
        for (int i = 0; i < bins.Length; i++)
        {
            int bin = bins[i];
            ArgumentOutOfRangeException.ThrowIfNegative(bin, nameof(bins));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bin, windowSamples / 2, nameof(bins));
            int row = 2 * windowSamples * i;
            Twiddles.Fill(_tables.AsSpan(row, windowSamples), _tables.AsSpan(row + windowSamples, windowSamples), bin, windowSamples);
            bool paired = bin > 0 && 2 * bin != windowSamples;
            _scales[i] = (paired ? 2f : 1f) / windowSamples;
        }
    }

    /// <summary>Samples n.</summary>
    public int WindowSamples { get; }

    /// <summary>The bins, in the order of the amplitudes.</summary>
    public ReadOnlySpan<int> Bins => _bins;

    /// <summary>Amplitudes of one window. A NaN sample makes all of them NaN.</summary>
    /// <param name="window">[n].</param>
    /// <param name="amplitudes">[bins], in the unit of the samples.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Compute(ReadOnlySpan<float> window, Span<float> amplitudes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(window.Length, WindowSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(amplitudes.Length, _bins.Length);
        if (Vector512.IsHardwareAccelerated && window.Length >= 2 * Lanes16.Count)
        {
            Compute<Lanes16>(window, amplitudes);
        }
        else if (Vector256.IsHardwareAccelerated && window.Length >= 2 * Lanes8.Count)
        {
            Compute<Lanes8>(window, amplitudes);
        }
        else
        {
            Compute<Lanes4>(window, amplitudes);
        }
    }

    private void Compute<TLanes>(ReadOnlySpan<float> window, Span<float> amplitudes)
        where TLanes : struct, ILanes<TLanes>
    {
        ref readonly float x = ref MemoryMarshal.GetReference(window);
        int length = window.Length;
        int step = 2 * TLanes.Count;
        int whole = length - (length % step);
        for (int bin = 0; bin < amplitudes.Length; bin++)
        {
            ref readonly float cos = ref _tables[2 * length * bin];
            ref readonly float sin = ref _tables[(2 * length * bin) + length];
            TLanes real = TLanes.Broadcast(0f);
            TLanes imaginary = real;
            TLanes real2 = real;
            TLanes imaginary2 = real;
            for (int i = 0; i < whole; i += step)
            {
                TLanes a = TLanes.Load(in x, i);
                TLanes b = TLanes.Load(in x, i + TLanes.Count);
                real = TLanes.MultiplyAdd(a, TLanes.Load(in cos, i), real);
                imaginary = TLanes.MultiplyAdd(a, TLanes.Load(in sin, i), imaginary);
                real2 = TLanes.MultiplyAdd(b, TLanes.Load(in cos, i + TLanes.Count), real2);
                imaginary2 = TLanes.MultiplyAdd(b, TLanes.Load(in sin, i + TLanes.Count), imaginary2);
            }

            float re = TLanes.Sum(real + real2);
            float im = TLanes.Sum(imaginary + imaginary2);
            ReadOnlySpan<float> row = _tables.AsSpan(2 * length * bin, 2 * length);
            for (int i = whole; i < length; i++)
            {
                re += window[i] * row[i];
                im += window[i] * row[length + i];
            }

            amplitudes[bin] = _scales[bin] * MathF.Sqrt((re * re) + (im * im));
        }
    }
}
