using FsCheck;
using FsCheck.Fluent;

namespace Thrum.Detector.Tests.Windows;

/// <summary>
/// A recording with holes, and the same recording as it may arrive: cut anywhere, with repeats cut in other places, in another order. No
/// block comes later than <see cref="LatenessSamples"/> behind the newest sample, but for repeats of what is long known.
/// </summary>
internal sealed record Scramble(int Seed, int Regions, int MaxBlock, int MaxJitter, int MaxHole)
{
    /// <summary>No stretch is as long as that.</summary>
    public int MaxStretch { get; init; } = 400;

    public int LatenessSamples => MaxBlock + MaxJitter;

    public static Gen<Scramble> Gen { get; } =
        from seed in FsCheck.Fluent.Gen.Choose(0, int.MaxValue)
        from regions in FsCheck.Fluent.Gen.Choose(1, 5)
        from block in FsCheck.Fluent.Gen.Choose(1, 40)
        from jitter in FsCheck.Fluent.Gen.Elements(0, 10, 60)
        from hole in FsCheck.Fluent.Gen.Elements(1, 5, 300)
        select new Scramble(seed, regions, block, jitter, hole);

    /// <summary>The recorded stretches: first sample and number of samples.</summary>
    public IReadOnlyList<(int First, int Count)> Stretches()
    {
        var random = new Random(Seed);
        var stretches = new List<(int, int)>();
        int at = 0;
        for (int i = 0; i < Regions; i++)
        {
            int count = random.Next(1, MaxStretch);
            stretches.Add((at, count));

            // A hole of one sample is within the stamp tolerance of a millisecond, so no hole.
            at += count + 1 + random.Next(1, MaxHole + 1);
        }

        return stretches;
    }

    /// <summary>Blocks in the order of their arrival.</summary>
    public IReadOnlyList<(int First, int Count)> Arrivals() => [.. KeyedArrivals().Select(block => (block.First, block.Count))];

    /// <summary>Blocks in the order of their arrival, with a key by which those of several axes can be merged: none comes later than the lateness behind the newest of all.</summary>
    public IReadOnlyList<(int First, int Count, int Key)> KeyedArrivals()
    {
        var random = new Random(Seed + 1);
        var blocks = new List<(int First, int Count, int Key)>();
        int stale = 0;
        foreach ((int first, int count) in Stretches())
        {
            for (int sent = 0; sent < count;)
            {
                int size = Math.Min(random.Next(1, MaxBlock + 1), count - sent);
                Add(first + sent, size, random.Next(MaxJitter + 1));
                sent += size;
                if (random.Next(6) == 0)
                {
                    int from = random.Next(count);
                    bool isStale = stale < 10 && random.Next(4) == 0;
                    stale += isStale ? 1 : 0;
                    Add(first + from, random.Next(1, Math.Min(MaxBlock, count - from) + 1), isStale ? 1000 : random.Next(MaxJitter + 1));
                }
            }
        }

        return [.. blocks.OrderBy(block => block.Key)];

        void Add(int from, int size, int delay) => blocks.Add((from, size, from + size + delay));
    }
}
