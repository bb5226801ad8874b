using System.Buffers.Binary;

namespace Thrum.Detector.Calibration;

/// <summary>
/// The healthy scores of one metric in the order of time, cut at the hop at which the model runs: what a false-alarm budget is
/// counted on. Immutable.
/// </summary>
public sealed record HealthySequence
{
    /// <summary>Most scores that are kept with their value; of longer calibrations the lower ones only say that they are below the rest.</summary>
    public const int MaxKept = 65_536;

    /// <summary>Most windows of a sequence, half a day of a hundred a second: a hostile file must not take the memory. 16 MiB.</summary>
    public const int MaxWindows = 1 << 22;

    private readonly float[] _scores;

    private HealthySequence(float[] scores, int[] blockWindows)
    {
        _scores = scores;
        BlockWindows = blockWindows;
    }

    /// <summary>Windows in each stretch without a gap.</summary>
    public IReadOnlyList<int> BlockWindows { get; }

    /// <summary>Number of windows.</summary>
    public int Windows => _scores.Length;

    /// <summary>The scores of all blocks, one after the other; −∞ where only that it is low is known.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>Takes scores of healthy windows.</summary>
    /// <param name="scores">All scores in the order of time; finite.</param>
    /// <param name="blockWindows">How many of them each stretch without a gap holds.</param>
    /// <exception cref="ArgumentException">There is no score, one is not finite, or the blocks do not hold them all.</exception>
    public static HealthySequence FromScores(IReadOnlyList<float> scores, IReadOnlyList<int> blockWindows)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(blockWindows);
        if (scores.Count == 0 || !scores.All(float.IsFinite) || blockWindows.Any(windows => windows < 1) || blockWindows.Sum() != scores.Count)
        {
            throw new ArgumentException($"Expected finite scores and blocks that hold them all; found {scores.Count} scores in blocks of {blockWindows.Sum()}.");
        }

        float[] kept = [.. scores];
        if (kept.Length > MaxKept)
        {
            float floor = kept.Order().ElementAt(kept.Length - MaxKept);
            kept = [.. kept.Select(score => score >= floor ? score : float.NegativeInfinity)];
        }

        return new HealthySequence(kept, [.. blockWindows]);
    }

    /// <summary>The median, or the least score that is kept where that is greater.</summary>
    internal double Median
    {
        get
        {
            float[] sorted = [.. _scores.Order()];
            float median = sorted[sorted.Length / 2];
            return float.IsNegativeInfinity(median) ? sorted.First(float.IsFinite) : median;
        }
    }

    /// <summary>One number of the scores of each window.</summary>
    /// <param name="parts">Sequences of the same windows.</param>
    /// <param name="value">Makes it; a part that is only known to be low comes as −∞.</param>
    internal static HealthySequence Combine(IReadOnlyList<HealthySequence> parts, Func<float[], float> value)
    {
        float[] scores = new float[parts[0].Windows], of = new float[parts.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            for (int part = 0; part < of.Length; part++)
            {
                of[part] = parts[part]._scores[i];
            }

            scores[i] = value(of);
        }

        return new HealthySequence(scores, [.. parts[0].BlockWindows]);
    }

    /// <summary>The metadata form of the scores: base64 of, per kept score, how many were skipped before it (LEB128) and the score (float32, little endian).</summary>
    internal string Encode()
    {
        var bytes = new List<byte>(5 * _scores.Length);
        Span<byte> number = stackalloc byte[4];
        uint skipped = 0;
        foreach (float score in _scores)
        {
            if (float.IsNegativeInfinity(score))
            {
                skipped++;
                continue;
            }

            for (; skipped >= 0x80; skipped >>= 7)
            {
                bytes.Add((byte)(skipped | 0x80));
            }

            bytes.Add((byte)skipped);
            skipped = 0;
            BinaryPrimitives.WriteSingleLittleEndian(number, score);
            bytes.AddRange(number);
        }

        return Convert.ToBase64String([.. bytes]);
    }

    /// <summary>Reads the metadata form.</summary>
    /// <exception cref="FormatException">It is not that form.</exception>
    internal static HealthySequence Decode(string text, int[] blockWindows)
    {
        long windows = blockWindows.Sum(count => (long)count);
        if (windows is < 1 or > MaxWindows || blockWindows.Any(count => count < 1))
        {
            throw new FormatException($"expected blocks of 1 to {MaxWindows} windows together, found {windows}");
        }

        float[] scores = new float[windows];
        Array.Fill(scores, float.NegativeInfinity);
        ReadOnlySpan<byte> bytes = Convert.FromBase64String(text);
        for (long at = 0; !bytes.IsEmpty; at++)
        {
            at += ReadSkip(ref bytes);
            if (bytes.Length < sizeof(float) || at >= windows || !float.IsFinite(BinaryPrimitives.ReadSingleLittleEndian(bytes)))
            {
                throw new FormatException($"expected {windows} finite scores with their skips, found another form near score {at}");
            }

            scores[at] = BinaryPrimitives.ReadSingleLittleEndian(bytes);
            bytes = bytes[sizeof(float)..];
        }

        return scores.Any(float.IsFinite) ? new HealthySequence(scores, blockWindows) : throw new FormatException("expected at least one score, found none");
    }

    private static long ReadSkip(ref ReadOnlySpan<byte> bytes)
    {
        long skip = 0;
        for (int shift = 0; shift <= 28 && !bytes.IsEmpty; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            skip |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return skip;
            }
        }

        throw new FormatException("expected a skip of at most five bytes");
    }
}
