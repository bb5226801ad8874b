using System.Numerics;

namespace Thrum.Spectral.Transforms;

/// <summary>Self-sorting radix-4 transform for lengths 1, 2, 4, 8, …, with one radix-2 pass for odd powers.</summary>
internal sealed class PowerOfTwoFft : FftCore
{
    private readonly Radix4Stage[] _stages;
    private readonly Radix2Stage? _last;

    public PowerOfTwoFft(int length)
        : base(length)
    {
        int power = BitOperations.Log2((uint)length);
        _stages = [.. Enumerable.Range(0, power / 2).Select(i => new Radix4Stage(1 << (2 * i)))];
        _last = power % 2 == 1 ? new Radix2Stage(length / 2) : null;
        ResultInWork = (_stages.Length + (power % 2)) % 2 == 1;
    }

    public override int WorkLength => 2 * Length;

    public override bool ResultInWork { get; }

    public override void Transform(Span<float> real, Span<float> imaginary, Span<float> work)
    {
        Span<float> re = real[..Length];
        Span<float> im = imaginary[..Length];
        Span<float> toRe = work[..Length];
        Span<float> toIm = work.Slice(Length, Length);
        foreach (Radix4Stage stage in _stages)
        {
            stage.Run(Length, re, im, toRe, toIm);
            Swap(ref re, ref toRe);
            Swap(ref im, ref toIm);
        }

        _last?.Run(re, im, toRe, toIm);
    }

    private static void Swap(ref Span<float> a, ref Span<float> b)
    {
        Span<float> kept = a;
        a = b;
        b = kept;
    }
}
