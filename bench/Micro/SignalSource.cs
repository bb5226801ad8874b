namespace Thrum.Micro;

/// <summary>The samples of the benchmarks: a line in noise, seeded.</summary>
internal static class SignalSource
{
    public static void Fill(Span<float> samples, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = MathF.Sin(0.2f * i) + random.NextSingle() - 0.5f;
        }
    }
}
