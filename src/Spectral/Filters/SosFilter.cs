namespace Thrum.Spectral.Filters;

/// <summary>
/// A stream through second-order sections (direct form II transposed), float32 in and out with state in double. The outputs
/// are the same bits however the input is cut into blocks. A NaN or infinite sample makes every later output NaN until
/// <see cref="Reset"/>.
/// An instance belongs to one stream and one thread; it allocates nothing after construction.
/// </summary>
public sealed class SosFilter : IStreamingFilter
{
    private const int Chunk = 256;

    private readonly Biquad[] _sections;
    private readonly double[] _state;
    private readonly double[] _work = new double[Chunk];

    /// <summary>A filter at rest.</summary>
    /// <param name="sections">Copied; none passes the signal through.</param>
    public SosFilter(ReadOnlySpan<Biquad> sections)
    {
        _sections = sections.ToArray();
        _state = new double[2 * sections.Length];
    }

    /// <summary>The sections, in the order of application.</summary>
    public ReadOnlySpan<Biquad> Sections => _sections;

    /// <inheritdoc/>
    public void Process(ReadOnlySpan<float> input, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, input.Length);
        while (!input.IsEmpty)
        {
            Span<double> work = _work.AsSpan(0, Math.Min(Chunk, input.Length));
            for (int i = 0; i < work.Length; i++)
            {
                work[i] = input[i];
            }

            SectionKernel.Run(_sections, _state, work);
            for (int i = 0; i < work.Length; i++)
            {
                output[i] = (float)work[i];
            }

            input = input[work.Length..];
            output = output[work.Length..];
        }
    }

    /// <inheritdoc/>
    public void Reset() => Array.Clear(_state);

    /// <summary>
    /// To the state in which the filter would be had the input been <paramref name="level"/> for ever, so that an offset makes
    /// no step at the start. With a first-order high-pass this removes an offset from a stream without a transient.
    /// </summary>
    public void Prime(double level) => SectionKernel.Settle(_sections, level, _state);
}
