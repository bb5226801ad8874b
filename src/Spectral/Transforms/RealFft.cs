using System.Collections.Concurrent;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Plan of the discrete Fourier transform X[k] = Σ x[i]·e^(−2πi·ik/n) of n real samples, k = 0 … n/2, unscaled, in float32,
/// for any n ≥ 1: radix 4 for powers of two, mixed radix for other products of 2, 3 and 5, Bluestein's algorithm for the
/// rest (three to seven times slower).
/// Immutable and safe to share between threads; all buffers are the caller's, and nothing is allocated per transform.
/// </summary>
public sealed class RealFft
{
    private const int LongestKept = 1 << 17;
    private static readonly ConcurrentDictionary<int, RealFft> Kept = new();

    private readonly FftCore _fft;
    private readonly HalfComplex? _half;
    private readonly SideBySideFft? _many;

    private RealFft(int length)
    {
        Length = length;
        bool even = length % 2 == 0;
        _fft = FftCore.Get(even ? length / 2 : length);
        _half = even ? new HalfComplex(length) : null;
        _many = SideBySideFft.Suits(length) ? new SideBySideFft(length) : null;
    }

    /// <summary>Samples n.</summary>
    public int Length { get; }

    /// <summary>Bins of the half spectrum: n/2 + 1 (rounded down).</summary>
    public int SpectrumLength => (Length / 2) + 1;

    /// <summary>Floats of scratch that <see cref="Forward"/> and <see cref="Inverse"/> ask for; its content does not matter.</summary>
    public int ScratchLength => (2 * _fft.Length) + _fft.WorkLength;

    /// <summary>Floats of scratch that <see cref="ForwardMany"/> and <see cref="InverseMany"/> ask for; its content does not matter.</summary>
    public int ManyScratchLength => _many?.ScratchLength ?? ScratchLength;

    /// <summary>
    /// The plan for <paramref name="length"/> samples. Plans up to 131072 samples are kept for the life of the process and
    /// shared; longer ones are built anew, so keep the reference.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1, or too long for arrays.</exception>
    public static RealFft Get(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 1 << 27);
        return length > LongestKept ? new RealFft(length) : Kept.GetOrAdd(length, static n => new RealFft(n));
    }

    /// <summary>Half spectrum of real samples. The spans must not overlap. A NaN or infinite sample leaves no bin finite.</summary>
    /// <param name="samples">[n].</param>
    /// <param name="real">[n/2 + 1], real parts; longer spans keep their tail.</param>
    /// <param name="imaginary">[n/2 + 1], imaginary parts; exactly 0 at DC, and at Nyquist for even n.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Forward(ReadOnlySpan<float> samples, Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, Length);
        CheckLengths(real.Length, imaginary.Length, scratch.Length);
        Span<float> re = scratch[.._fft.Length];
        Span<float> im = scratch.Slice(_fft.Length, _fft.Length);
        Span<float> work = scratch.Slice(2 * _fft.Length, _fft.WorkLength);
        if (_half is null)
        {
            samples.CopyTo(re);
            im.Clear();
        }
        else
        {
            Pairs.Split(samples, re, im);
        }

        _fft.Transform(re, im, work);
        if (_fft.ResultInWork)
        {
            re = work[.._fft.Length];
            im = work.Slice(_fft.Length, _fft.Length);
        }

        if (_half is null)
        {
            re[..SpectrumLength].CopyTo(real);
            im[..SpectrumLength].CopyTo(imaginary);
            imaginary[0] = 0f;
        }
        else
        {
            _half.Separate(re, im, real, imaginary);
        }
    }

    /// <summary>
    /// Half spectra of windows that lie one after the other, equal to those of <see cref="Forward"/> but for rounding. Even lengths
    /// from 16 to 32768 with no prime factor above 5 are transformed side by side, one window per lane of a vector: with AVX-512,
    /// batches of 64 were 1.4 to 2.3 times as fast as one by one. A window's result is the same bits whichever windows are beside
    /// it. NaN or infinity stays in its window.
    /// </summary>
    /// <param name="samples">[windows × n]; no windows are none.</param>
    /// <param name="real">[windows × (n/2 + 1)].</param>
    /// <param name="imaginary">[windows × (n/2 + 1)].</param>
    /// <param name="scratch">At least [<see cref="ManyScratchLength"/>].</param>
    /// <returns>Windows transformed.</returns>
    /// <exception cref="ArgumentException">The samples are not whole windows, or a span is too short.</exception>
    public int ForwardMany(ReadOnlySpan<float> samples, Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        int windows = Windows(samples.Length, real.Length, imaginary.Length, scratch.Length);
        if (_many is not null)
        {
            _many.Forward(samples, windows, real, imaginary, scratch);
            return windows;
        }

        for (int i = 0; i < windows; i++)
        {
            Forward(
                samples.Slice(i * Length, Length),
                real.Slice(i * SpectrumLength, SpectrumLength),
                imaginary.Slice(i * SpectrumLength, SpectrumLength),
                scratch);
        }

        return windows;
    }

    /// <summary>
    /// Real samples of a half spectrum, scaled by 1/n, so that it undoes <see cref="Forward"/>. The imaginary parts at DC
    /// and (even n) Nyquist are taken as 0. The spans must not overlap.
    /// </summary>
    /// <param name="real">[n/2 + 1].</param>
    /// <param name="imaginary">[n/2 + 1].</param>
    /// <param name="samples">[n].</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Inverse(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> samples, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, Length);
        CheckLengths(real.Length, imaginary.Length, scratch.Length);
        Span<float> re = scratch[.._fft.Length];
        Span<float> im = scratch.Slice(_fft.Length, _fft.Length);
        Span<float> work = scratch.Slice(2 * _fft.Length, _fft.WorkLength);
        float scale = 1f / _fft.Length;
        if (_half is null)
        {
            Unfold(real, imaginary, re, im, scale);
        }
        else
        {
            _half.Join(real, imaginary, re, im, scale);
        }

        // With the parts swapped on the way in and out, the forward transform is the inverse.
        _fft.Transform(im, re, work);
        if (_fft.ResultInWork)
        {
            im = work[.._fft.Length];
            re = work.Slice(_fft.Length, _fft.Length);
        }

        if (_half is null)
        {
            re.CopyTo(samples);
        }
        else
        {
            Pairs.Join(re, im, samples);
        }
    }

    /// <summary>
    /// Windows of half spectra that lie one after the other, equal to those of <see cref="Inverse"/> but for rounding; side by side where
    /// <see cref="ForwardMany"/> is, and as independent of each other.
    /// </summary>
    /// <param name="real">[windows × (n/2 + 1)].</param>
    /// <param name="imaginary">[windows × (n/2 + 1)].</param>
    /// <param name="samples">[windows × n]; no windows are none. The spans must not overlap.</param>
    /// <param name="scratch">At least [<see cref="ManyScratchLength"/>].</param>
    /// <returns>Windows transformed.</returns>
    /// <exception cref="ArgumentException">The samples are not whole windows, or a span is too short.</exception>
    public int InverseMany(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> samples, Span<float> scratch)
    {
        int windows = Windows(samples.Length, real.Length, imaginary.Length, scratch.Length);
        if (_many is not null)
        {
            _many.Inverse(real, imaginary, windows, samples, scratch);
            return windows;
        }

        for (int i = 0; i < windows; i++)
        {
            Inverse(
                real.Slice(i * SpectrumLength, SpectrumLength),
                imaginary.Slice(i * SpectrumLength, SpectrumLength),
                samples.Slice(i * Length, Length),
                scratch);
        }

        return windows;
    }

    private int Windows(int samples, int real, int imaginary, int scratch)
    {
        (int windows, int rest) = Math.DivRem(samples, Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rest, 0, nameof(samples));
        ArgumentOutOfRangeException.ThrowIfLessThan(real, (long)windows * SpectrumLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(imaginary, (long)windows * SpectrumLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch, ManyScratchLength);
        return windows;
    }

    private void Unfold(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> re, Span<float> im, float scale)
    {
        re[0] = real[0] * scale;
        im[0] = 0f;
        for (int k = 1; k < SpectrumLength; k++)
        {
            re[k] = re[Length - k] = real[k] * scale;
            im[k] = imaginary[k] * scale;
            im[Length - k] = -im[k];
        }
    }

    private void CheckLengths(int real, int imaginary, int scratch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(real, SpectrumLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(imaginary, SpectrumLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch, ScratchLength);
    }
}
