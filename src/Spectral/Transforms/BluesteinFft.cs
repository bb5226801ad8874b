using System.Numerics;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Any length through a convolution of power-of-two length at least 2n − 1 (L. Bluestein, "A linear filtering approach to
/// the computation of the discrete Fourier transform", 1970): ik = (i² + k² − (k − i)²)/2.
/// </summary>
internal sealed class BluesteinFft : ComplexFft
{
    private readonly PowerOfTwoFft _fft;
    private readonly float[] _chirpRe;
    private readonly float[] _chirpIm;

    // Spectrum of the conjugate chirp, with the inverse transform's 1/length in it.
    private readonly float[] _kernelRe;
    private readonly float[] _kernelIm;

    public BluesteinFft(int length)
        : base(length)
    {
        long padded = (long)BitOperations.RoundUpToPowerOf2((ulong)((2L * length) - 1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padded, 1L << 28, nameof(length));
        _fft = new PowerOfTwoFft((int)padded);
        _chirpRe = new float[length];
        _chirpIm = new float[length];
        for (int k = 0; k < length; k++)
        {
            // e^(−πi·k²/n), with k² reduced exactly: its period is 2n.
            double turn = (double)((long)k * k % (2L * length)) / (2L * length);
            (double sin, double cos) = Math.SinCos(2 * Math.PI * turn);
            _chirpRe[k] = (float)cos;
            _chirpIm[k] = (float)-sin;
        }

        (_kernelRe, _kernelIm) = Kernel();
    }

    public override int WorkLength => 2 * _fft.Length + _fft.WorkLength;

    public override bool ResultInWork => false;

    public override void Transform(Span<float> real, Span<float> imaginary, Span<float> work)
    {
        int padded = _fft.Length;
        Span<float> re = work[..padded];
        Span<float> im = work.Slice(padded, padded);
        Span<float> inner = work.Slice(2 * padded, 2 * padded);
        real[..Length].CopyTo(re);
        imaginary[..Length].CopyTo(im);
        ComplexProduct.InPlace(re[..Length], im, _chirpRe, _chirpIm);
        re[Length..].Clear();
        im[Length..].Clear();

        _fft.Transform(re, im, inner);
        Span<float> resultRe = _fft.ResultInWork ? inner[..padded] : re;
        Span<float> resultIm = _fft.ResultInWork ? inner[padded..] : im;
        ComplexProduct.InPlace(resultRe, resultIm, _kernelRe, _kernelIm);

        // With the parts swapped on the way in and out, the same transform is the inverse.
        Span<float> backWork = _fft.ResultInWork ? work[..(2 * padded)] : inner;
        _fft.Transform(resultIm, resultRe, backWork);
        if (_fft.ResultInWork)
        {
            resultIm = backWork[..padded];
            resultRe = backWork[padded..];
        }

        resultRe[..Length].CopyTo(real);
        resultIm[..Length].CopyTo(imaginary);
        ComplexProduct.InPlace(real[..Length], imaginary, _chirpRe, _chirpIm);
    }

    private (float[] Real, float[] Imaginary) Kernel()
    {
        int padded = _fft.Length;
        float[] re = new float[padded];
        float[] im = new float[padded];
        for (int k = 0; k < Length; k++)
        {
            int mirrored = k == 0 ? 0 : padded - k;
            re[k] = re[mirrored] = _chirpRe[k] / padded;
            im[k] = im[mirrored] = -_chirpIm[k] / padded;
        }

        float[] work = new float[_fft.WorkLength];
        _fft.Transform(re, im, work);
        return _fft.ResultInWork ? (work[..padded], work[padded..]) : (re, im);
    }
}
