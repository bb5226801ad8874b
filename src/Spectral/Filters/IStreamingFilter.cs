namespace Thrum.Spectral.Filters;

/// <summary>
/// A filter whose state goes on from block to block: as many samples out as in, and the same ones however the input is cut into
/// blocks. An instance belongs to one stream and one thread.
/// </summary>
public interface IStreamingFilter
{
    /// <summary>Filters the next samples of the stream; no samples are none and change nothing.</summary>
    /// <param name="input">[any].</param>
    /// <param name="output">At least as long; may be the input itself, but not overlap it otherwise.</param>
    /// <exception cref="ArgumentException">The output is too short; nothing has been taken then.</exception>
    void Process(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Back to rest, as after a gap in the stream.</summary>
    void Reset();
}
