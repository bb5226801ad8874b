using System.Globalization;
using System.Text;
using Thrum.Detector.Baselines;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Training.Trainer;

namespace Thrum.Training.Baselines;

/// <summary>The model card of a model that was learned on the gateway.</summary>
internal static class LearnedCard
{
    public static string Write(HealthyRecord record, TrainedModel trained, ModelMetadata metadata, int dropped, int validation)
    {
        var card = new StringBuilder();
        Line($"# {record.Axis}");
        Line($"");
        Line($"A dense autoencoder of log-spectra, learned on the gateway from what looked healthy. Nobody has checked that the machine was.");
        Line($"");
        Line($"| | |");
        Line($"|---|---|");
        Line($"| network | `{trained.Options.Model}`, {trained.ParameterCount} parameters, loss `{trained.Options.Loss}`, seed {trained.Options.Seed} |");
        Line($"| window | {record.WindowSamples} samples at {record.SampleRateHz} Hz, {record.FeatureLength} bins |");
        Line($"| collected | {DenseBaselineTrainer.Time(record.FirstUnixNs)} to {DenseBaselineTrainer.Time(record.LastUnixNs)} |");
        Line($"| trained on | {record.TrainingWindows - dropped - validation} windows; {validation} decided when to stop; {dropped} dropped as outliers |");
        Line($"| calibrated on | {record.HeldOutWindows} later windows in {record.HeldOutBlocks.Count} stretches without a gap |");
        Line($"| validation loss | {trained.BestValidationLoss:G4} at epoch {trained.BestEpoch}; the mean spectrum has {trained.ConstantOutputLoss:G4} |");
        foreach ((string metric, ScoreDistribution healthy) in metadata.Calibration!.Metrics)
        {
            Line($"| healthy {metric} | median {healthy.Median:G4}, greatest {healthy.Quantiles[^1]:G4} |");
        }

        if (!trained.IsBetterThanConstantOutput)
        {
            Line($"");
            Line($"The spectra vary too little, or too irregularly, for a network to reproduce more than their mean: the score is the deviation from that.");
        }

        return card.ToString();

        void Line(FormattableString text) => card.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
