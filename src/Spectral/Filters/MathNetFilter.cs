using MathNet.Filtering;
using MathNet.Filtering.FIR;
using MathNet.Filtering.IIR;

namespace Thrum.Spectral.Filters;

/// <summary>
/// The streaming filter by MathNet.Filtering's online filters, in double, sample by sample; compiled with <c>-p:ExternalAdapters=true</c>
/// only. Equal to <see cref="SosFilter"/> and <see cref="FirFilter"/> but for rounding. A NaN or infinite sample makes every later
/// output of a recursive filter NaN until <see cref="Reset"/>, and spoils as many outputs of an FIR filter as there are taps.
/// </summary>
public sealed class MathNetFilter : IStreamingFilter
{
    private readonly OnlineFilter[] _chain;

    private MathNetFilter(OnlineFilter[] chain) => _chain = chain;

    /// <summary>A recursive filter at rest; no sections pass the signal through.</summary>
    public static MathNetFilter OfSections(ReadOnlySpan<Biquad> sections) => new(
    [
        .. sections.ToArray().Select(s => new OnlineIirFilter([s.B0, s.B1, s.B2, 1, s.A1, s.A2])),
    ]);

    /// <summary>An FIR filter at rest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no taps.</exception>
    public static MathNetFilter OfTaps(ReadOnlySpan<float> taps)
    {
        ArgumentOutOfRangeException.ThrowIfZero(taps.Length, nameof(taps));
        return new([new OnlineFirFilter([.. taps.ToArray().Select(tap => (double)tap)])]);
    }

    /// <inheritdoc/>
    public void Process(ReadOnlySpan<float> input, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, input.Length);
        for (int i = 0; i < input.Length; i++)
        {
            double sample = input[i];
            foreach (OnlineFilter filter in _chain)
            {
                sample = filter.ProcessSample(sample);
            }

            output[i] = (float)sample;
        }
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (OnlineFilter filter in _chain)
        {
            filter.Reset();
        }
    }
}
