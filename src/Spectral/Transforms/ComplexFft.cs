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
    private readonly SideBySideComplex? _many;

    private ComplexFft(int length)
    {
        _core = FftCore.Get(length);
        _many = SideBySidePasses.Suits(length) ? new SideBySideComplex(length) : null;
    }

    /// <summary>Values n.</summary>
    public int Length => _core.Length;

    /// <summary>Floats of scratch that <see cref="Forward"/> and <see cref="Inverse"/> ask for; its content does not matter.</summary>
    public int ScratchLength => _core.WorkLength;

    /// <summary>Floats of scratch that <see cref="ForwardMany"/> and <see cref="InverseMany"/> ask for; its content does not matter.</summary>
    public int ManyScratchLength => _many?.ScratchLength ?? ScratchLength;

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

    /// <summary>
    /// Transforms windows that lie one after the other, in place, equal to <see cref="Forward"/> but for rounding. Lengths from 8 to 16384
    /// with no prime factor above 5 are transformed side by side, one window per lane of a vector, others one by one. A window's result is
    /// the same bits whichever windows are beside it. NaN or infinity stays in its window.
    /// </summary>
    /// <param name="real">[windows × n], real parts; no windows are none.</param>
    /// <param name="imaginary">[windows × n], imaginary parts; must not overlap the real ones.</param>
    /// <param name="scratch">At least [<see cref="ManyScratchLength"/>].</param>
    /// <returns>Windows transformed.</returns>
    /// <exception cref="ArgumentException">The parts are not equally many whole windows, or the scratch is too short.</exception>
    public int ForwardMany(Span<float> real, Span<float> imaginary, Span<float> scratch) => Many(real, imaginary, 1f, scratch);

    /// <summary>The inverses of windows, each as by <see cref="Inverse"/> but for rounding; else as <see cref="ForwardMany"/>.</summary>
    /// <param name="real">[windows × n], real parts; no windows are none.</param>
    /// <param name="imaginary">[windows × n], imaginary parts; must not overlap the real ones.</param>
    /// <param name="scratch">At least [<see cref="ManyScratchLength"/>].</param>
    /// <returns>Windows transformed.</returns>
    /// <exception cref="ArgumentException">The parts are not equally many whole windows, or the scratch is too short.</exception>
    public int InverseMany(Span<float> real, Span<float> imaginary, Span<float> scratch) => Many(imaginary, real, 1f / Length, scratch);

    private int Many(Span<float> real, Span<float> imaginary, float scale, Span<float> scratch)
    {
        (int windows, int rest) = Math.DivRem(real.Length, Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rest, 0, nameof(real));
        ArgumentOutOfRangeException.ThrowIfNotEqual(imaginary.Length, real.Length, nameof(imaginary));
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ManyScratchLength, nameof(scratch));
        if (_many is not null)
        {
            _many.Transform(real, imaginary, windows, scale, scratch);
            return windows;
        }

        for (int i = 0; i < windows; i++)
        {
            Forward(real.Slice(i * Length, Length), imaginary.Slice(i * Length, Length), scratch);
        }

        if (scale != 1f)
        {
            TensorPrimitives.Multiply(real, scale, real);
            TensorPrimitives.Multiply(imaginary, scale, imaginary);
        }

        return windows;
    }
}
