using System.Collections.Concurrent;
using System.Numerics;

namespace Thrum.Spectral.Transforms;

/// <summary>
/// Forward discrete Fourier transform X[k] = Σ x[i]·e^(−2πi·ik/n) of complex values with real and imaginary parts apart.
/// Swapping the two parts of input and output gives the unscaled inverse. Immutable, so threads may share one.
/// </summary>
internal abstract class FftCore
{
    // Lengths come from configuration, so there are few; a very long one-off must not stay in memory for good.
    private const int LongestKept = 1 << 16;
    private static readonly ConcurrentDictionary<int, FftCore> Kept = new();

    protected FftCore(int length) => Length = length;

    public int Length { get; }

    /// <summary>Floats of work space that <see cref="Transform"/> asks for.</summary>
    public abstract int WorkLength { get; }

    /// <summary>
    /// Whether the result is left in the work space (real parts in its first <see cref="Length"/> floats, imaginary parts
    /// in the next) instead of in place; it saves a copy.
    /// </summary>
    public abstract bool ResultInWork { get; }

    /// <summary>Transforms; both the input and the work space are overwritten.</summary>
    public abstract void Transform(Span<float> real, Span<float> imaginary, Span<float> work);

    public static FftCore Get(int length) =>
        length > LongestKept ? Create(length) : Kept.GetOrAdd(length, static n => Create(n));

    private static FftCore Create(int length)
    {
        if (BitOperations.IsPow2(length))
        {
            return new PowerOfTwoFft(length);
        }

        return MixedRadixFft.Suits(length) ? new MixedRadixFft(length) : new BluesteinFft(length);
    }
}
