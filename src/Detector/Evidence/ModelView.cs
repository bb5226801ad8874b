using Thrum.Detector.Features;
using Thrum.Detector.Models;

namespace Thrum.Detector.Evidence;

/// <summary>A window as its model saw it.</summary>
/// <param name="input">What the model was given, normalised, one axis after the other.</param>
/// <param name="reconstruction">What it made of it.</param>
/// <param name="binHz">Of a feature that is a spectrum, the width of its bins, the first of which is bin 1; 0 for samples.</param>
/// <param name="axisValues">Of a joint window, the metrics of each axis, one axis after the other; empty of a window of one axis.</param>
/// <param name="axes">Its axes.</param>
internal readonly ref struct ModelView(
    ReadOnlySpan<float> input, ReadOnlySpan<float> reconstruction, double binHz, ReadOnlySpan<float> axisValues = default, int axes = 1)
{
    private readonly ReadOnlySpan<float> _axisValues = axisValues;

    public ReadOnlySpan<float> Input { get; } = input;

    public ReadOnlySpan<float> Reconstruction { get; } = reconstruction;

    public double BinHz { get; } = binHz;

    /// <summary>One axis of a joint window.</summary>
    public ModelView OfAxis(int axis)
    {
        int length = Input.Length / axes;
        return new ModelView(Input.Slice(axis * length, length), Reconstruction.Slice(axis * length, length), BinHz);
    }

    /// <summary>The metrics of one axis of a joint window.</summary>
    public ReadOnlySpan<float> AxisValues(int axis) => _axisValues.Slice(axis * (_axisValues.Length / axes), _axisValues.Length / axes);

    /// <summary>The axis of a joint window with the greatest value of a metric; the first of equal ones.</summary>
    public int WorstAxis(int metric)
    {
        int worst = 0;
        for (int i = 1; i < axes; i++)
        {
            worst = AxisValues(i)[metric] > AxisValues(worst)[metric] ? i : worst;
        }

        return worst;
    }

    /// <summary>The width of a model's bins; 0 where it sees samples.</summary>
    public static double BinHzOf(ModelMetadata metadata) => metadata.Feature switch
    {
        { IsInTime: true } => 0,
        { Kind: FeatureKind.LogSpectrum, SegmentSamples: > 0 and int segment } => metadata.SampleRateHz / segment,
        _ => metadata.SampleRateHz / metadata.WindowSamples,
    };
}
