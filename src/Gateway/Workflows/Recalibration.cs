using System.Globalization;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Gateway.Cli;
using Thrum.Training.Data;
using Thrum.Training.Onnx;

namespace Thrum.Gateway.Workflows;

/// <summary>Gives a model file another calibration; the network stays as it is.</summary>
internal static class Recalibration
{
    // Two of 64 anchors: a stretch of 32 equal samples by chance does not happen, one repeated by a sensor's buffer may.
    internal const double GreatestChance = 0.03;

    /// <summary>The new file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="onnx">Its file.</param>
    /// <param name="healthy">Healthy running at the model's rate.</param>
    /// <param name="date">Day of calibration.</param>
    /// <param name="band">The band of speed or load that the recordings are of, whose calibration is added or replaced; null for the calibration of all.</param>
    /// <exception cref="UsageException">The recordings hold samples that the model was trained on, or no window.</exception>
    public static RecalibratedModel Run(AutoencoderModel model, ReadOnlySpan<byte> onnx, AxisRecordings healthy, DateOnly date, OperatingBand? band = null)
    {
        foreach ((string[] labels, SampleRange range) in healthy.Labels.Chunk(model.Metadata.Axes.Count).Zip(healthy.Samples.Whole))
        {
            double overlap = TrainingAnchors.Overlap(model.Metadata.Anchors, healthy.Anchored([range]));
            if (overlap > GreatestChance)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                    $"{string.Join(" + ", labels)} holds about {100 * overlap:F0} % of what the model was trained on, expected healthy recordings that it has not seen (--from and --to choose a part)"));
            }
        }

        var calibration = HealthyCalibration.Of(model, healthy, healthy.Samples.Whole);
        string calibrated = string.Create(CultureInfo.InvariantCulture, $"{date:O} on {string.Join(", ", healthy.Labels)}");
        ModelMetadata metadata = band is null
            ? model.Metadata with { Calibration = calibration.Table, HealthyScores = calibration.Scores, Calibrated = calibrated }
            : model.Metadata with
            {
                Bands = [.. model.Metadata.Bands.Where(other => other.Band.Name != band.Name), new BandCalibration(band, calibration.Table, calibration.Scores) { Calibrated = calibrated }],
            };
        return new RecalibratedModel(OnnxProperties.Replace(onnx, metadata.ToProperties()), calibration.LeftOut);
    }
}

/// <summary>A model with another calibration.</summary>
/// <param name="Onnx">The file.</param>
/// <param name="LeftOut">Windows that were left out of the calibration because a sample of them is missing or not finite.</param>
internal sealed record RecalibratedModel(byte[] Onnx, int LeftOut);
