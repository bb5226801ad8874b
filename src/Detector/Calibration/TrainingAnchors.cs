using System.Buffers.Binary;

namespace Thrum.Detector.Calibration;

/// <summary>
/// A sketch of the samples a model was trained on, by which a recording that holds some of them is found out: the 64 least
/// hashes of all stretches of 32 samples. They depend on the samples only, not on where a recording was cut.
/// </summary>
public static class TrainingAnchors
{
    /// <summary>Samples that a hash is of.</summary>
    public const int StretchSamples = 32;

    private const int Anchors = 64;

    // An odd multiplier whose powers spread over 64 bits (Knuth's MMIX generator).
    private const ulong Multiplier = 6364136223846793005;

    /// <summary>The sketch of stretches of samples, as base64.</summary>
    public static string Of(IEnumerable<ReadOnlyMemory<float>> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var least = new SortedSet<ulong>();
        foreach (ReadOnlyMemory<float> stretch in samples)
        {
            ForEachHash(stretch.Span, hash =>
            {
                if (least.Count < Anchors || hash < least.Max)
                {
                    least.Add(hash);
                    if (least.Count > Anchors)
                    {
                        least.Remove(least.Max);
                    }
                }
            });
        }

        byte[] bytes = new byte[sizeof(ulong) * least.Count];
        int at = 0;
        foreach (ulong hash in least)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), hash);
            at += sizeof(ulong);
        }

        return Convert.ToBase64String(bytes);
    }

    /// <summary>About which share of the samples behind a sketch recordings hold, 0 to 1; 0 for an empty sketch.</summary>
    /// <param name="anchors">The sketch.</param>
    /// <param name="samples">Stretches; a recording in pieces has them overlap by <see cref="StretchSamples"/> − 1.</param>
    /// <exception cref="FormatException">The text is no sketch.</exception>
    public static double Overlap(string anchors, IEnumerable<ReadOnlyMemory<float>> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        byte[] bytes = Convert.FromBase64String(anchors);
        var known = new HashSet<ulong>();
        for (int at = 0; at + sizeof(ulong) <= bytes.Length; at += sizeof(ulong))
        {
            known.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)));
        }

        var found = new HashSet<ulong>();
        foreach (ReadOnlyMemory<float> stretch in samples)
        {
            ForEachHash(stretch.Span, hash =>
            {
                if (known.Contains(hash))
                {
                    found.Add(hash);
                }
            });
        }

        return known.Count == 0 ? 0 : (double)found.Count / known.Count;
    }

    /// <summary>Hashes every stretch by a rolling polynomial; stretches of one value, such as silence, are left out.</summary>
    private static void ForEachHash(ReadOnlySpan<float> samples, Action<ulong> take)
    {
        ulong leaving = 1;
        for (int i = 0; i < StretchSamples; i++)
        {
            leaving *= Multiplier;
        }

        ulong rolling = 0;
        int equal = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            rolling = (rolling * Multiplier) + BitConverter.SingleToUInt32Bits(samples[i]) + 1;
            if (i >= StretchSamples)
            {
                rolling -= leaving * (BitConverter.SingleToUInt32Bits(samples[i - StretchSamples]) + 1UL);
            }

            // Equals, for which NaN is NaN: what is missing in a gap is no sample that two recordings share.
            equal = i > 0 && samples[i].Equals(samples[i - 1]) ? equal + 1 : 0;
            if (i >= StretchSamples - 1 && equal < StretchSamples - 1)
            {
                take(Mix(rolling));
            }
        }
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a rolling value is not yet evenly spread.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
