namespace Thrum.Spectral.Transforms;

/// <summary>
/// One pass of a self-sorting decimation-in-time FFT: groups of r transforms of <c>part</c> points become transforms of
/// r·<c>part</c> points. The transform of every m-th sample from sample g on lies at g·part.
/// </summary>
internal abstract class FftStage
{
    /// <summary>Reads and writes <paramref name="length"/> complex values; source and target must not overlap.</summary>
    public abstract void Run(int length, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm);
}
