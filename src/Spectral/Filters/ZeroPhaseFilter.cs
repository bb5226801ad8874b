namespace Thrum.Spectral.Filters;

/// <summary>
/// A whole window filtered forwards and backwards: no phase shift, the square of the gain. Before and after, the window is
/// continued by its point reflection in its end samples, over three times the filter's length, and each pass starts settled
/// on its first sample, so that an offset makes no transient.
/// Immutable and safe to share between threads; nothing is allocated per window.
/// </summary>
public sealed class ZeroPhaseFilter
{
    private readonly Biquad[] _sections;

    /// <summary>A plan.</summary>
    /// <param name="sections">Copied.</param>
    public ZeroPhaseFilter(ReadOnlySpan<Biquad> sections)
    {
        _sections = sections.ToArray();
        int firstOrder = Math.Min(_sections.Count(s => s.B2 == 0), _sections.Count(s => s.A2 == 0));
        PaddingSamples = 3 * ((2 * _sections.Length) + 1 - firstOrder);
    }

    /// <summary>Samples by which a window is continued at either end; fewer where the window is not longer than that.</summary>
    public int PaddingSamples { get; }

    /// <summary>Doubles of scratch for windows of so many samples.</summary>
    public int ScratchLength(int windowSamples) => windowSamples + (2 * (PaddingSamples + _sections.Length));

    /// <summary>Filters one window. A NaN or infinite sample makes the whole output NaN; no samples give none.</summary>
    /// <param name="samples">[n].</param>
    /// <param name="output">[n]; may be the samples themselves.</param>
    /// <param name="scratch">At least [<see cref="ScratchLength"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Apply(ReadOnlySpan<float> samples, Span<float> output, Span<double> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, samples.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength(samples.Length));
        if (samples.IsEmpty)
        {
            return;
        }

        int padding = Math.Min(PaddingSamples, samples.Length - 1);
        Span<double> state = scratch[..(2 * _sections.Length)];
        Span<double> work = scratch.Slice(state.Length, samples.Length + (2 * padding));
        Extend(samples, padding, work);
        for (int pass = 0; pass < 2; pass++)
        {
            SectionKernel.Settle(_sections, work[0], state);
            SectionKernel.Run(_sections, state, work);
            work.Reverse();
        }

        for (int i = 0; i < output.Length; i++)
        {
            output[i] = (float)work[padding + i];
        }
    }

    private static void Extend(ReadOnlySpan<float> samples, int padding, Span<double> work)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            work[padding + i] = samples[i];
        }

        for (int i = 1; i <= padding; i++)
        {
            work[padding - i] = (2.0 * samples[0]) - samples[i];
            work[padding + samples.Length - 1 + i] = (2.0 * samples[^1]) - samples[^(i + 1)];
        }
    }
}
