namespace Thrum.Training.Models;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). Our own, because the sequence of
/// <see cref="Random"/> for a seed may change between versions of .NET and a seed must give the same model.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;
    private double? _spareGaussian;

    /// <summary>A generator whose sequence does not overlap in practice with that of another purpose or attempt.</summary>
    public static SeededRandom For(int seed, int attempt, RandomPurpose purpose)
    {
        var mixer = new SeededRandom(unchecked((ulong)seed));
        mixer._state = mixer.NextUInt64() ^ ((ulong)attempt << 8) ^ (ulong)purpose;
        return new SeededRandom(mixer.NextUInt64());
    }

    /// <summary>Where the sequence stands, to go on with it later.</summary>
    public (ulong State, double? Spare) Position
    {
        get => (_state, _spareGaussian);
        set => (_state, _spareGaussian) = value;
    }

    public ulong NextUInt64()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        ulong z = _state;
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴, so exact in single precision.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in 0 … <paramref name="bound"/> − 1 (multiply and shift; the bias, at most bound/2⁶⁴, does not matter here).</summary>
    public int NextInt(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>Standard normal, by Marsaglia's polar method.</summary>
    public double NextGaussian()
    {
        if (_spareGaussian is { } spare)
        {
            _spareGaussian = null;
            return spare;
        }

        double x, y, square;
        do
        {
            x = NextSigned();
            y = NextSigned();
            square = (x * x) + (y * y);
        }
        while (square is >= 1 or 0);

        double factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spareGaussian = y * factor;
        return x * factor;
    }

    /// <summary>Fisher-Yates.</summary>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private double NextSigned() => ((NextUInt64() >> 11) * (2.0 / (1UL << 53))) - 1;
}
