using Thrum.Gateway.Cli;
using Thrum.Ingest.Recordings;
using Thrum.Spectral.Filters;
using Thrum.Training.Data;

namespace Thrum.Gateway.Workflows;

/// <summary>Brings recordings into a <see cref="SampleSpool"/> block by block, so that they may be larger than memory.</summary>
internal static class SpooledReading
{
    // Inputs of a decimator at a time.
    private const int Chunk = 1 << 14;

    /// <summary>Reads to the end, each axis as a recording of the spool.</summary>
    /// <returns>What the file says, now that its rate is known, and the place of each axis.</returns>
    /// <exception cref="RecordingException">The file cannot be read.</exception>
    /// <exception cref="UsageException">It has more samples than can be counted.</exception>
    public static (Recording Head, int[] Places) Read(IRecordingBlocks file, SampleSpool spool)
    {
        int[] places = [.. file.Head.Axes.Select(_ => spool.Begin())];
        try
        {
            while (file.Next() is { } block)
            {
                for (int axis = 0; axis < places.Length; axis++)
                {
                    spool.Append(places[axis], block[axis].Span);
                }
            }
        }
        catch (OverflowException e)
        {
            throw new UsageException($"{file.Head.Name} is too long, expected at most {int.MaxValue} samples of an axis", e);
        }

        return (file.Head, places);
    }

    /// <summary>Decimates a recording of the spool as <see cref="FirDecimator.Decimate"/> does one in memory, bit by bit.</summary>
    public static void Decimate(SampleSpool spool, int place, int factor)
    {
        if (factor > 1)
        {
            long length = spool.Lengths[place];
            spool.Rewrite(place, blocks => Decimated(blocks, length, factor));
        }
    }

    private static IEnumerable<ReadOnlyMemory<float>> Decimated(IEnumerable<ReadOnlyMemory<float>> blocks, long length, int factor)
    {
        var filter = new FirDecimator(factor);
        float[] output = new float[filter.OutputLength(Chunk)];
        long left = (length + factor - 1) / factor;
        int late = filter.DelayOutputs;
        using IEnumerator<ReadOnlyMemory<float>> chunks = blocks.Concat(Silence()).SelectMany(Chunks).GetEnumerator();
        while (left > 0 && chunks.MoveNext())
        {
            int count = filter.Process(chunks.Current.Span, output), from = Math.Min(late, count), take = (int)Math.Min(count - from, left);
            late -= from;
            left -= take;
            yield return output.AsMemory(from, take);
        }
    }

    private static IEnumerable<ReadOnlyMemory<float>> Chunks(ReadOnlyMemory<float> block) =>
        Enumerable.Range(0, (block.Length + Chunk - 1) / Chunk).Select(i => block.Slice(i * Chunk, Math.Min(Chunk, block.Length - (i * Chunk))));

    // Follows the input until the delayed outputs have come.
    private static IEnumerable<ReadOnlyMemory<float>> Silence()
    {
        float[] silence = new float[Chunk];
        while (true)
        {
            yield return silence;
        }
    }
}
