namespace Thrum.Spectral.Transforms;

/// <summary>
/// Self-sorting transform for lengths with no prime factor above 5. The fours and the two come first: the parts are
/// then multiples of a vector's width in the passes that follow.
/// </summary>
internal sealed class MixedRadixFft : FftCore
{
    private readonly FftStage[] _stages;

    public MixedRadixFft(int length)
        : base(length)
    {
        List<FftStage> stages = [];
        int part = 1;
        foreach (int radix in Factors(length))
        {
            stages.Add(radix == 4 ? new Radix4Stage(part) : new SmallRadixStage(radix, part));
            part *= radix;
        }

        _stages = [.. stages];
    }

    public override int WorkLength => 2 * Length;

    public override bool ResultInWork => _stages.Length % 2 == 1;

    /// <summary>Whether 2, 3 and 5 are the only prime factors.</summary>
    public static bool Suits(int length)
    {
        foreach (int prime in (ReadOnlySpan<int>)[2, 3, 5])
        {
            while (length % prime == 0)
            {
                length /= prime;
            }
        }

        return length == 1;
    }

    public override void Transform(Span<float> real, Span<float> imaginary, Span<float> work)
    {
        Span<float> re = real[..Length];
        Span<float> im = imaginary[..Length];
        Span<float> toRe = work[..Length];
        Span<float> toIm = work.Slice(Length, Length);
        foreach (FftStage stage in _stages)
        {
            stage.Run(Length, re, im, toRe, toIm);
            Span<float> keptRe = re;
            Span<float> keptIm = im;
            re = toRe;
            im = toIm;
            toRe = keptRe;
            toIm = keptIm;
        }
    }

    private static IEnumerable<int> Factors(int length)
    {
        foreach (int radix in new[] { 4, 2, 3, 5 })
        {
            for (; length % radix == 0; length /= radix)
            {
                yield return radix;
            }
        }
    }
}
