using System.Numerics.Tensors;
using Thrum.Spectral.Envelopes;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Features;

/// <summary>
/// Computes a <see cref="FeatureSpec"/> for windows of one length and rate. Holds scratch memory: one per shard, not thread-safe. Allocates
/// nothing per window.
/// </summary>
public sealed class FeatureExtractor
{
    private readonly WelchSpectrum? _welch;
    private readonly EnvelopeSpectrum? _envelope;
    private readonly float[] _spectrum = [];
    private readonly float[] _scratch = [];
    private readonly float _floor;

    /// <summary>A plan.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="windowSamples">Samples per window and axis.</param>
    /// <param name="sampleRateHz">Sampling rate.</param>
    /// <exception cref="FormatException">The window is too short for the segment or the band.</exception>
    public FeatureExtractor(FeatureSpec feature, int windowSamples, double sampleRateHz)
    {
        ArgumentNullException.ThrowIfNull(feature);
        WindowSamples = windowSamples;
        Length = windowSamples;
        if (feature.Kind == FeatureKind.LogSpectrum)
        {
            _welch = Welch(feature, windowSamples, sampleRateHz);
            _spectrum = new float[_welch.BinCount];
            _scratch = new float[_welch.ScratchLength];
            _floor = (float)(feature.Floor * feature.Floor);
        }
        else if (feature.Kind == FeatureKind.EnvelopeSpectrum)
        {
            _envelope = Envelope(feature, windowSamples, sampleRateHz);
            _spectrum = new float[_envelope.BinCount];
            _scratch = new float[_envelope.ScratchLength];
            _floor = (float)feature.Floor;
        }

        Length = _spectrum.Length > 0 ? _spectrum.Length - 1 : windowSamples;
    }

    /// <summary>Samples per window and axis.</summary>
    public int WindowSamples { get; }

    /// <summary>Values of the feature per axis: the samples, or the bins of the spectrum without bin 0.</summary>
    public int Length { get; }

    /// <summary>The feature of one axis. A NaN or infinite sample leaves a value that is not finite.</summary>
    /// <param name="samples">[<see cref="WindowSamples"/>].</param>
    /// <param name="values">Receives [<see cref="Length"/>].</param>
    public void Extract(ReadOnlySpan<float> samples, Span<float> values)
    {
        if (_welch is not null)
        {
            // ½·ln of the power in unit² is ln of the RMS amplitude.
            _welch.Compute(samples, _spectrum, _scratch);
            Logarithm(values, 0.5f);
        }
        else if (_envelope is not null)
        {
            _envelope.Compute(samples, _spectrum, _scratch);
            Logarithm(values, 1);
        }
        else
        {
            samples.CopyTo(values);
        }
    }

    private void Logarithm(Span<float> values, float factor)
    {
        ReadOnlySpan<float> bins = _spectrum.AsSpan(1);
        TensorPrimitives.Max(bins, _floor, values);
        TensorPrimitives.Log(values[..Length], values);
        TensorPrimitives.Multiply(values[..Length], factor, values);
    }

    private static WelchSpectrum Welch(FeatureSpec feature, int windowSamples, double sampleRateHz)
    {
        int segment = feature.SegmentSamples == 0 ? windowSamples : feature.SegmentSamples;
        return segment is >= 4 && segment <= windowSamples
            ? new WelchSpectrum(segment, Math.Max(1, segment / 2), sampleRateHz, feature.Window, PowerScale.Spectrum, Trend.Mean)
            : throw new FormatException($"{feature} expected a segment of 4 to {windowSamples} samples, the window, found {segment}");
    }

    private static EnvelopeSpectrum Envelope(FeatureSpec feature, int windowSamples, double sampleRateHz)
    {
        try
        {
            return new EnvelopeSpectrum(windowSamples, sampleRateHz, feature.LowHz, feature.HighHz);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException(FormattableString.Invariant(
                $"{feature} expected a band of at least 4 bins of {sampleRateHz / windowSamples:0.###} Hz within 0..{sampleRateHz / 2:0.###} Hz, found {feature.LowHz}..{feature.HighHz} Hz"), e);
        }
    }
}
