using Thrum.Detector.Features;
using Thrum.Spectral.Measures;

namespace Thrum.Detector.Baselines;

/// <summary>What model-free scores look at in a window. Holds scratch memory: one per shard and length, not thread-safe. Allocates nothing per window.</summary>
internal sealed class BaselineFeatures
{
    private const int SegmentSamples = 256;

    // The least RMS that is told from silence, far below what a sensor resolves.
    private const double Silence = 1e-12;

    private readonly FeatureExtractor _spectrum;
    private readonly float[] _bins;

    public BaselineFeatures(int windowSamples)
    {
        // The scale of a power spectrum does not depend on the rate, so any will do.
        _spectrum = new FeatureExtractor(SpecFor(windowSamples), windowSamples, 1);
        _bins = new float[_spectrum.Length];
        Scratch = new float[_spectrum.Length];
    }

    /// <summary>The feature of windows of this length.</summary>
    public static FeatureSpec SpecFor(int windowSamples) =>
        new() { Kind = FeatureKind.LogSpectrum, SegmentSamples = Math.Min(SegmentSamples, windowSamples), Floor = 1e-9 };

    /// <summary>Bins of the spectrum.</summary>
    public int BinCount => _bins.Length;

    /// <summary>ln of the amplitude in each bin, of the window last taken.</summary>
    public ReadOnlySpan<float> Bins => _bins;

    /// <summary>Width of a bin at a sampling rate: they are all but the first of a segment's spectrum.</summary>
    public double BinHz(double sampleRateHz) => sampleRateHz / (2 * _bins.Length);

    /// <summary>Room for one number per bin.</summary>
    public float[] Scratch { get; }

    /// <summary>Takes a window; false when it holds a NaN or an infinite sample.</summary>
    /// <param name="samples">The window.</param>
    /// <param name="scores">Receives RMS, kurtosis and crest; the others need a baseline.</param>
    public bool TryTake(ReadOnlySpan<float> samples, Span<double> scores)
    {
        var level = VibrationLevel.Of(samples);
        if (!double.IsFinite(level.Rms))
        {
            return false;
        }

        // Silence has no shape: it counts as a square wave, the least there is of both.
        bool silent = level.Rms <= Silence;
        scores[BaselineScores.Rms] = Math.Max(level.Rms, Silence);
        scores[BaselineScores.Kurtosis] = silent ? 1 : level.Kurtosis;
        scores[BaselineScores.Crest] = silent ? 1 : level.Crest;
        _spectrum.Extract(samples, _bins);
        return double.IsFinite(scores[BaselineScores.Kurtosis]) && float.IsFinite(_bins[0]);
    }
}
