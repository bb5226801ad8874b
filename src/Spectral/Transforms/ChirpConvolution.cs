namespace Thrum.Spectral.Transforms;

/// <summary>
/// Circular convolution with a fixed kernel of power-of-two length: the middle of Bluestein's algorithm and of the chirp-z transform.
/// Immutable, so threads may share one.
/// </summary>
internal sealed class ChirpConvolution
{
    private readonly PowerOfTwoFft _fft;

    // The kernel's spectrum, with the inverse transform's 1/length in it.
    private readonly float[] _re;
    private readonly float[] _im;

    /// <summary>Takes the kernel's two arrays over.</summary>
    public ChirpConvolution(float[] kernelRe, float[] kernelIm)
    {
        _fft = new PowerOfTwoFft(kernelRe.Length);
        float[] work = new float[_fft.WorkLength];
        _fft.Transform(kernelRe, kernelIm, work);
        (_re, _im) = _fft.ResultInWork ? (work[..Length], work[Length..(2 * Length)]) : (kernelRe, kernelIm);
        for (int i = 0; i < Length; i++)
        {
            _re[i] /= Length;
            _im[i] /= Length;
        }
    }

    public int Length => _fft.Length;

    /// <summary>Floats of work space: the values, and what the transform asks for.</summary>
    public int WorkLength => (2 * Length) + _fft.WorkLength;

    /// <summary>Convolves what lies in the first two lengths of the work space, real parts first, and tells where the result is.</summary>
    public void Run(Span<float> work, out Span<float> resultRe, out Span<float> resultIm)
    {
        Span<float> re = work[..Length];
        Span<float> im = work.Slice(Length, Length);
        Span<float> inner = work.Slice(2 * Length, _fft.WorkLength);
        _fft.Transform(re, im, inner);
        resultRe = _fft.ResultInWork ? inner[..Length] : re;
        resultIm = _fft.ResultInWork ? inner.Slice(Length, Length) : im;
        ComplexProduct.InPlace(resultRe, resultIm, _re, _im);

        // With the parts swapped on the way in and out, the same transform is the inverse.
        Span<float> back = _fft.ResultInWork ? work[.._fft.WorkLength] : inner;
        _fft.Transform(resultIm, resultRe, back);
        if (_fft.ResultInWork)
        {
            resultIm = back[..Length];
            resultRe = back.Slice(Length, Length);
        }
    }
}
