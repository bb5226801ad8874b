using Thrum.Detector.Features;
using Thrum.Detector.Models;

namespace Thrum.Detector.Evidence;

/// <summary>A window as its model saw it.</summary>
/// <param name="input">What the model was given, normalised.</param>
/// <param name="reconstruction">What it made of it.</param>
/// <param name="binHz">Of a feature that is a spectrum, the width of its bins, the first of which is bin 1; 0 for samples.</param>
internal readonly ref struct ModelView(ReadOnlySpan<float> input, ReadOnlySpan<float> reconstruction, double binHz)
{
    public ReadOnlySpan<float> Input { get; } = input;

    public ReadOnlySpan<float> Reconstruction { get; } = reconstruction;

    public double BinHz { get; } = binHz;

    /// <summary>The width of a model's bins; 0 where it sees samples.</summary>
    public static double BinHzOf(ModelMetadata metadata) => metadata.Feature switch
    {
        { IsInTime: true } => 0,
        { Kind: FeatureKind.LogSpectrum, SegmentSamples: > 0 and int segment } => metadata.SampleRateHz / segment,
        _ => metadata.SampleRateHz / metadata.WindowSamples,
    };
}
