namespace Thrum.Ingest.Replay;

/// <summary>
/// What a bad link does to messages, for trying how a gateway takes it. Every decision is a function of the seed and the block's number alone, so a
/// replay that had to connect again repeats it.
/// </summary>
public sealed record LinkFaults
{
    /// <summary>Share of blocks that never arrive, 0 to 1.</summary>
    public double Drop { get; init; }

    /// <summary>Share of blocks that arrive twice, 0 to 1.</summary>
    public double Duplicate { get; init; }

    /// <summary>Share of blocks that arrive after the one behind them, 0 to 1.</summary>
    public double Reorder { get; init; }

    /// <summary>Longest delay of a block; each has its own, evenly spread from none.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The same seed gives the same faults.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The blocks from one number to before another as they arrive: some not, some twice, some late.</summary>
    internal IEnumerable<long> Order(long from, long to)
    {
        for (long block = from; block < to; block++)
        {
            if (block + 1 < to && Draw(block, Decision.Reorder) < Reorder)
            {
                foreach (long arrival in Copies(block + 1).Concat(Copies(block)))
                {
                    yield return arrival;
                }

                block++;
                continue;
            }

            foreach (long arrival in Copies(block))
            {
                yield return arrival;
            }
        }
    }

    /// <summary>How long a block is held up.</summary>
    internal TimeSpan Delay(long block) => Jitter * Draw(block, Decision.Jitter);

    private IEnumerable<long> Copies(long block) =>
        Draw(block, Decision.Drop) < Drop ? [] : Draw(block, Decision.Duplicate) < Duplicate ? [block, block] : [block];

    /// <summary>Evenly spread over [0, 1): the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) over seed, decision and block.</summary>
    private double Draw(long block, Decision decision)
    {
        ulong z = unchecked((((ulong)(uint)Seed << 32) + ((ulong)decision << 60) + (ulong)block + 1) * 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    private enum Decision
    {
        Drop,
        Duplicate,
        Reorder,
        Jitter,
    }
}
