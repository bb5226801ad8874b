using Thrum.Detector.Features;

namespace Thrum.Detector.Models;

/// <summary>
/// Turns a window of samples into a model's input: its feature, normalised. Holds scratch memory: one per shard, not thread-safe. Allocates
/// nothing per window.
/// </summary>
public sealed class ModelInput
{
    private readonly FeatureExtractor _feature;
    private readonly Normaliser _normaliser;
    private readonly int _axes;
    private readonly bool _isPlain;

    /// <summary>A plan for a model.</summary>
    /// <exception cref="FormatException">The feature does not suit the window, or the normaliser's parameters do not suit the feature.</exception>
    public ModelInput(ModelMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _feature = new FeatureExtractor(metadata.Feature, metadata.WindowSamples, metadata.SampleRateHz);
        _normaliser = metadata.Normaliser;
        _axes = metadata.Axes.Count;
        _isPlain = metadata.Feature.IsInTime;
        Length = _axes * _feature.Length;
        int parameters = _normaliser.ParameterCount;
        if (parameters != 1 && parameters != _axes && parameters != Length)
        {
            throw new FormatException(
                $"thrum.normaliser expected 1 set of parameters, one per axis ({_axes}) or one per value ({Length}), found {parameters}");
        }
    }

    /// <summary>Values of an input: axes × values of the feature per axis.</summary>
    public int Length { get; }

    /// <summary>Values of the feature per axis.</summary>
    public int LengthPerAxis => _feature.Length;

    /// <summary>Fills an input; false when a sample is NaN or infinite, its content being undefined then.</summary>
    /// <param name="samples">[axes × windowSamples], one axis after the other.</param>
    /// <param name="input">[<see cref="Length"/>], one axis after the other.</param>
    public bool TryPrepare(ReadOnlySpan<float> samples, Span<float> input)
    {
        if (_isPlain && _normaliser.Kind != NormaliserKind.Level)
        {
            return _normaliser.TryApply(samples, input);
        }

        int window = _feature.WindowSamples;
        for (int axis = 0; axis < _axes; axis++)
        {
            Span<float> values = input.Slice(axis * _feature.Length, _feature.Length);
            _feature.Extract(samples.Slice(axis * window, window), values);
            if (_normaliser.Kind == NormaliserKind.Level && !_normaliser.TryApply(values, values))
            {
                return false;
            }
        }

        return _normaliser.Kind == NormaliserKind.Level || _normaliser.TryApply(input, input);
    }
}
