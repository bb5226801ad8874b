namespace Thrum.Spectral.Filters;

/// <summary>Runs a streaming filter over a whole recording and takes its group delay out.</summary>
internal static class DelayCompensation
{
    /// <summary>Takes the next block of inputs and writes the outputs it brings; returns how many.</summary>
    public delegate int BlockFilter(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Fills <paramref name="output"/> from the filter's outputs after the first <paramref name="delayOutputs"/>; silence follows the input.</summary>
    /// <param name="filter">The filter, at rest.</param>
    /// <param name="input">The whole recording.</param>
    /// <param name="output">Receives the aligned outputs.</param>
    /// <param name="delayOutputs">Group delay in outputs.</param>
    /// <param name="chunk">Inputs given to the filter at a time.</param>
    /// <param name="outputsPerChunk">Most outputs that such a block brings.</param>
    public static void Apply(
        BlockFilter filter, ReadOnlySpan<float> input, Span<float> output, int delayOutputs, int chunk, int outputsPerChunk)
    {
        float[] silence = new float[chunk];
        float[] late = new float[outputsPerChunk];
        int skip = delayOutputs;
        while (!output.IsEmpty)
        {
            ReadOnlySpan<float> block = input.IsEmpty ? silence : input[..Math.Min(chunk, input.Length)];
            input = input.IsEmpty ? input : input[block.Length..];
            int count = filter(block, late);
            int from = Math.Min(skip, count);
            skip -= from;
            int take = Math.Min(count - from, output.Length);
            late.AsSpan(from, take).CopyTo(output);
            output = output[take..];
        }
    }
}
