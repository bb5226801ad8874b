using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Envelopes;

/// <summary>
/// The bins of one band of a half spectrum as a complex signal about frequency 0: its magnitude is the envelope of the band, at
/// a rate that fits the band instead of the signal. Band-pass, Hilbert transform and decimation in one inverse transform.
/// </summary>
internal static class BandDemodulator
{
    /// <summary>Squared envelope |a|² of a band at as many instants as the transform is long.</summary>
    /// <param name="real">Real parts of the band's bins, no more than the transform is long.</param>
    /// <param name="imaginary">Imaginary parts.</param>
    /// <param name="windowSamples">Samples n of the window that the unscaled half spectrum is of.</param>
    /// <param name="fft">Transform of m values.</param>
    /// <param name="squared">[m] squared envelope.</param>
    /// <param name="scratch">At least [2m + work].</param>
    public static void SquaredEnvelope(
        ReadOnlySpan<float> real,
        ReadOnlySpan<float> imaginary,
        int windowSamples,
        FftCore fft,
        Span<float> squared,
        Span<float> scratch)
    {
        int length = fft.Length;
        Span<float> re = scratch[..length];
        Span<float> im = scratch.Slice(length, length);
        Span<float> work = scratch.Slice(2 * length, fft.WorkLength);
        real.CopyTo(re);
        imaginary.CopyTo(im);
        re[real.Length..].Clear();
        im[real.Length..].Clear();

        // With the parts swapped the forward transform is the inverse; the swap does not change the magnitude.
        fft.Transform(im, re, work);
        ReadOnlySpan<float> first = fft.ResultInWork ? work[..length] : im;
        ReadOnlySpan<float> second = fft.ResultInWork ? work.Slice(length, length) : re;
        float scale = 2f / windowSamples;
        for (int i = 0; i < length; i++)
        {
            float a = scale * first[i];
            float b = scale * second[i];
            squared[i] = (a * a) + (b * b);
        }
    }
}
