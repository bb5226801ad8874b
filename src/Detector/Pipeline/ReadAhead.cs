using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// Reads what the next blocks will need before they are worked on. The state of many axes lies in memory that no cache holds, each part found through another, and samples lie in the
/// cache of the core that decoded them: read in the midst of work, each is waited for by itself; read in a row, they come side by side. Changes nothing. Not thread-safe.
/// </summary>
internal sealed class ReadAhead(ShardStates states)
{
    /// <summary>How many blocks at a time: about as many reads as are served side by side, and what was read is still in the cache when its turn comes.</summary>
    public const int Blocks = 16;

    // A line of a cache is 64 bytes, here and nearly everywhere.
    private const int FloatsPerLine = 16;

    // What is read has to go somewhere, or the compiler would leave the reading out.
    private int _sum;

    /// <summary>Reads the states of the blocks' axes.</summary>
    public void States(ReadOnlySpan<SampleBlock> blocks)
    {
        foreach (ref readonly SampleBlock block in blocks)
        {
            _sum += states.Find(block.Stream)?.Warm() ?? 0;
        }
    }

    /// <summary>Reads the samples of a block.</summary>
    public void Samples(ReadOnlySpan<float> samples)
    {
        int sum = 0;
        for (int i = 0; i < samples.Length; i += FloatsPerLine)
        {
            sum += BitConverter.SingleToInt32Bits(samples[i]);
        }

        _sum += sum;
    }
}
