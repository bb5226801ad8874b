using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Filters;

/// <summary>
/// A stream through an FIR filter; before the first sample the signal counts as 0. The outputs are the same bits
/// however the input is cut into blocks. A NaN or infinite sample spoils as many outputs as there are taps. An instance
/// belongs to one stream and one thread; it allocates nothing after construction.
/// </summary>
public sealed class FirFilter : IStreamingFilter
{
    private const int Chunk = 1024;

    private readonly float[] _reversed;

    // The last taps − 1 samples, then room for a chunk.
    private readonly float[] _buffer;

    /// <summary>A filter at rest.</summary>
    /// <param name="taps">Impulse response, at least one tap; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no taps.</exception>
    public FirFilter(ReadOnlySpan<float> taps)
    {
        ArgumentOutOfRangeException.ThrowIfZero(taps.Length, nameof(taps));
        _reversed = taps.ToArray();
        Array.Reverse(_reversed);
        _buffer = new float[taps.Length - 1 + Chunk];
    }

    /// <summary>Delay of linear-phase taps: half their number, rounded down.</summary>
    public int DelaySamples => _reversed.Length / 2;

    /// <inheritdoc/>
    public void Process(ReadOnlySpan<float> input, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, input.Length);
        int history = _reversed.Length - 1;
        while (!input.IsEmpty)
        {
            int count = Math.Min(input.Length, Chunk);
            input[..count].CopyTo(_buffer.AsSpan(history));
            for (int i = 0; i < count; i++)
            {
                output[i] = DotProduct.Of(_reversed, _buffer.AsSpan(i, _reversed.Length));
            }

            _buffer.AsSpan(count, history).CopyTo(_buffer);
            input = input[count..];
            output = output[count..];
        }
    }

    /// <inheritdoc/>
    public void Reset() => Array.Clear(_buffer);
}
