using System.Numerics;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Any length through a convolution of power-of-two length at least 2n − 1 (L. Bluestein, "A linear filtering approach to
/// the computation of the discrete Fourier transform", 1970): ik = (i² + k² − (k − i)²)/2.
/// </summary>
internal sealed class BluesteinFft : FftCore
{
    private readonly ChirpConvolution _convolution;
    private readonly float[] _chirpRe;
    private readonly float[] _chirpIm;

    public BluesteinFft(int length)
        : base(length)
    {
        long padded = (long)BitOperations.RoundUpToPowerOf2((ulong)((2L * length) - 1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padded, 1L << 28, nameof(length));
        _chirpRe = new float[length];
        _chirpIm = new float[length];
        float[] kernelRe = new float[padded];
        float[] kernelIm = new float[padded];
        for (int k = 0; k < length; k++)
        {
            // e^(−πi·k²/n), with k² reduced exactly: its period is 2n.
            double turn = (double)((long)k * k % (2L * length)) / (2L * length);
            (double sin, double cos) = Math.SinCos(2 * Math.PI * turn);
            _chirpRe[k] = (float)cos;
            _chirpIm[k] = (float)-sin;
            int mirrored = k == 0 ? 0 : (int)padded - k;
            kernelRe[k] = kernelRe[mirrored] = (float)cos;
            kernelIm[k] = kernelIm[mirrored] = (float)sin;
        }

        _convolution = new ChirpConvolution(kernelRe, kernelIm);
    }

    public override int WorkLength => _convolution.WorkLength;

    public override bool ResultInWork => false;

    public override void Transform(Span<float> real, Span<float> imaginary, Span<float> work)
    {
        int padded = _convolution.Length;
        Span<float> re = work[..padded];
        Span<float> im = work.Slice(padded, padded);
        real[..Length].CopyTo(re);
        imaginary[..Length].CopyTo(im);
        ComplexProduct.InPlace(re[..Length], im, _chirpRe, _chirpIm);
        re[Length..].Clear();
        im[Length..].Clear();
        _convolution.Run(work, out Span<float> resultRe, out Span<float> resultIm);
        resultRe[..Length].CopyTo(real);
        resultIm[..Length].CopyTo(imaginary);
        ComplexProduct.InPlace(real[..Length], imaginary, _chirpRe, _chirpIm);
    }
}
