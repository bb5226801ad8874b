namespace Thrum.Ingest.Recordings;

/// <summary>Puts the blocks of a recording together.</summary>
internal static class RecordingCollector
{
    // Some formats pack a thousand to one and more, so that a small file may unpack to more than any machine has.
    private const long MostSampleBytes = 4L << 30;

    // Samples are copied where they are put together, and once more where a part of them is taken.
    private const int Copies = 3;

    /// <summary>Bytes of samples that are taken into memory.</summary>
    public static long MostBytes => Math.Min(MostSampleBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Copies);

    /// <summary>Reads to the end.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="blocks">What to read.</param>
    /// <param name="mostBytes">As <see cref="MostBytes"/>.</param>
    /// <exception cref="RecordingException">As of <see cref="IRecordingBlocks.Next"/>, or there is more than memory or an array holds.</exception>
    public static Recording Collect(RecordingSource source, IRecordingBlocks blocks, long mostBytes)
    {
        long bytes = 0;
        Recording head = blocks.Head;
        List<float[]>[] columns = [.. head.Axes.Concat(head.Labels).Select(_ => new List<float[]>())];
        while (blocks.Next() is { } block)
        {
            bytes += sizeof(float) * block.Sum(samples => (long)samples.Length);
            if (bytes > mostBytes)
            {
                throw new RecordingException(source.Path, FormattableString.Invariant($"at most {mostBytes} bytes of samples in memory, {sizeof(float)} for each"), "more") { IsTooLarge = true };
            }

            for (int i = 0; i < columns.Length; i++)
            {
                if (!block[i].IsEmpty)
                {
                    columns[i].Add(block[i].ToArray());
                }
            }
        }

        // A table knows its rate only now.
        head = blocks.Head;
        float[][] whole = [.. columns.Select(pieces => Join(source, pieces))];
        return head with
        {
            Axes = [.. head.Axes.Select((axis, i) => axis with { Samples = whole[i] })],
            Labels = [.. head.Labels.Select((label, i) => label with { Samples = whole[head.Axes.Count + i] })],
        };
    }

    private static float[] Join(RecordingSource source, List<float[]> pieces)
    {
        if (pieces is [var single])
        {
            return single;
        }

        long count = pieces.Sum(piece => (long)piece.Length);
        float[] whole = count <= Array.MaxLength
            ? new float[count]
            : throw source.Fault(FormattableString.Invariant($"at most {Array.MaxLength} samples of an axis"), FormattableString.Invariant($"{count}"));
        int at = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            pieces[i].CopyTo(whole, at);
            at += pieces[i].Length;

            // Both need not be in memory whole.
            pieces[i] = [];
        }

        return whole;
    }
}
