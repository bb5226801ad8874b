using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Plan of the discrete Fourier transform X[k] = Σ x[i]·e^(−2πi·ik/n) of n complex values, k = 0 … n − 1, unscaled, in float32, for any n ≥ 1,
/// by the same algorithms as <see cref="RealFft"/>. Real and imaginary parts lie apart. Immutable and safe to share between
/// threads; all buffers are the caller's, and nothing is allocated per transform.
/// </summary>
public sealed class ComplexFft
{
    private const int LongestKept = 1 << 16;
    private static readonly ConcurrentDictionary<int, ComplexFft> Kept = new();

    private readonly FftCore _core;

    private ComplexFft(int length) => _core = FftCore.Get(length);

    /// <summary>Values n.</summary>
    public int Length => _core.Length;

    /// <summary>Floats of scratch that <see cref="Forward"/> and <see cref="Inverse"/> ask for; its content does not matter.</summary>
    public int ScratchLength => _core.WorkLength;

    /// <summary>
    /// The plan for <paramref name="length"/> values. Plans up to 65536 values are kept for the life of the process and shared;
    /// longer ones are built anew, so keep the reference.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1, or too long for arrays.</exception>
    public static ComplexFft Get(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 1 << 26);
        return length > LongestKept ? new ComplexFft(length) : Kept.GetOrAdd(length, static n => new ComplexFft(n));
    }

    /// <summary>Transforms in place. The spans must not overlap. NaN or infinity spreads to every value.</summary>
    /// <param name="real">[n], real parts.</param>
    /// <param name="imaginary">[n], imaginary parts.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Forward(Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(real.Length, Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(imaginary.Length, Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
        _core.Transform(real, imaginary, scratch);
        if (_core.ResultInWork)
        {
            scratch[..Length].CopyTo(real);
            scratch.Slice(Length, Length).CopyTo(imaginary);
        }
    }

    /// <summary>
    /// The inverse in place, x[i] = 1/n·Σ X[k]·e^(2πi·ik/n), so that it undoes <see cref="Forward"/>; else as there.
    /// </summary>
    /// <param name="real">[n], real parts.</param>
    /// <param name="imaginary">[n], imaginary parts.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Inverse(Span<float> real, Span<float> imaginary, Span<float> scratch)
    {
        // With the parts swapped the forward transform is the inverse.
        Forward(imaginary, real, scratch);
        float scale = 1f / Length;
        TensorPrimitives.Multiply(real, scale, real);
        TensorPrimitives.Multiply(imaginary, scale, imaginary);
    }
}
