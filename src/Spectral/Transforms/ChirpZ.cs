using System.Numerics;
using System.Numerics.Tensors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Σ x[i]·e^(−2πi·i·(start + k·step)) of n real samples at any m evenly spaced frequencies, in turns per sample (L. R. Rabiner, R. W. Schafer,
/// C. M. Rader, "The chirp z-transform algorithm", 1969). Immutable, so threads may share one.
/// </summary>
internal sealed class ChirpZ
{
    private readonly ChirpConvolution _convolution;
    private readonly int _length;
    private readonly float[] _inRe;
    private readonly float[] _inIm;
    private readonly float[] _outRe;
    private readonly float[] _outIm;

    /// <summary>The weights are multiplied into the chirp that meets the samples.</summary>
    public ChirpZ(ReadOnlySpan<double> weights, int points, double start, double step)
    {
        _length = weights.Length;
        long padded = (long)BitOperations.RoundUpToPowerOf2((ulong)((long)_length + points - 1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padded, 1L << 28, nameof(points));
        float[] kernelRe = new float[padded];
        float[] kernelIm = new float[padded];
        (_inRe, _inIm) = (new float[_length], new float[_length]);
        (_outRe, _outIm) = (new float[points], new float[points]);
        for (int i = 0; i < Math.Max(_length, points); i++)
        {
            // e^(−πi·step·i²). A turn too many or too few is cut off before anything is rounded.
            double turns = Fraction(0.5 * step, (double)i * i);
            (double sin, double cos) = Math.SinCos(2 * Math.PI * turns);
            if (i < points)
            {
                (_outRe[i], _outIm[i]) = ((float)cos, (float)-sin);
                (kernelRe[i], kernelIm[i]) = ((float)cos, (float)sin);
            }

            if (i < _length)
            {
                int mirrored = i == 0 ? 0 : (int)padded - i;
                (kernelRe[mirrored], kernelIm[mirrored]) = ((float)cos, (float)sin);
                (sin, cos) = Math.SinCos(2 * Math.PI * (turns + Fraction(start, i)));
                (_inRe[i], _inIm[i]) = ((float)(weights[i] * cos), (float)(-weights[i] * sin));
            }
        }

        _convolution = new ChirpConvolution(kernelRe, kernelIm);
    }

    public int WorkLength => _convolution.WorkLength;

    public void Transform(ReadOnlySpan<float> samples, Span<float> real, Span<float> imaginary, Span<float> work)
    {
        int padded = _convolution.Length;
        Span<float> re = work[..padded];
        Span<float> im = work.Slice(padded, padded);
        TensorPrimitives.Multiply(samples, _inRe, re);
        TensorPrimitives.Multiply(samples, _inIm, im);
        re[_length..].Clear();
        im[_length..].Clear();
        _convolution.Run(work, out Span<float> resultRe, out Span<float> resultIm);
        int points = _outRe.Length;
        resultRe[..points].CopyTo(real);
        resultIm[..points].CopyTo(imaginary);
        ComplexProduct.InPlace(real[..points], imaginary, _outRe, _outIm);
    }

    /// <summary>The fraction of a product, without the digits that a large product loses.</summary>
    private static double Fraction(double a, double b)
    {
        double product = a * b;
        double lost = Math.FusedMultiplyAdd(a, b, -product);
        return product - Math.Floor(product) + lost;
    }
}
