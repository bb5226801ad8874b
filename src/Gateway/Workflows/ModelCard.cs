using System.Globalization;
using System.Text;
using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Workflows;

/// <summary>What a trained model is, came from and is good for, as Markdown to lie beside its file.</summary>
internal static class ModelCard
{
    /// <param name="file">Name of the model's file.</param>
    /// <param name="outcome">The training.</param>
    public static string Text(string file, TrainingOutcome outcome)
    {
        using AutoencoderModel model = AutoencoderModel.Load(file, outcome.Onnx);
        TrainedModel trained = outcome.Model;
        TrainingOptions options = trained.Options;
        ModelMetadata metadata = outcome.Metadata;
        CalibrationTable calibration = metadata.Calibration!;
        var card = new StringBuilder();
        Line($"# {file}");
        Line($"");
        Line($"An autoencoder of healthy running, trained by Thrum on {metadata.Date}. What it cannot reproduce is unlike what it was trained on, whatever the reason.");
        Line($"");
        Line($"| | |");
        Line($"|---|---|");
        Line($"| network | `{options.Model}`, {trained.ParameterCount} parameters{(outcome.StorageLoss is { } lost ? $", weights as {lost.Weights.ToString().ToLowerInvariant()}" : "")} |");
        Line($"| input | {metadata.WindowSamples} samples ({1000 * metadata.WindowSamples / metadata.SampleRateHz:G3} ms) at {metadata.SampleRateHz} Hz{(metadata.Axes.IsJoint ? $" of {string.Join(", ", metadata.Axes.Names)} together" : "")}, normalised by mean and standard deviation of the training samples |");
        Line($"| loss | `{options.Loss}`{(options.Noise == "none" ? "" : $", noise `{options.Noise}` on the inputs")} |");
        Line($"| optimiser | `{options.Optimiser}`, learning rate {options.LearningRate:G3}, schedule `{options.Schedule}`, batches of {options.BatchSize}, seed {options.Seed} |");
        Line($"| data | {metadata.Training} |");
        Line($"| split in time | {outcome.TrainingWindows} windows to train on, {outcome.ValidationWindows} to decide when to stop, {calibration.Metrics.Values.First().Windows} for the calibration |");
        Line($"| validation loss | {trained.BestValidationLoss:G4} at epoch {trained.BestEpoch}; a constant output has {trained.ConstantOutputLoss:G4} |");
        foreach ((string metric, ScoreDistribution healthy) in calibration.Metrics)
        {
            AlarmRule rule = new AlarmRuleOptions { Metric = metric }.Resolve(model);
            Line($"| healthy `{metric}` | median {healthy.Median:G4}, greatest {healthy.Quantiles[^1]:G4}; a rule with default settings raises at {rule.RaiseLevel:G4} ({rule.LevelOrigin}) |");
        }

        Line($"");
        Line($"Not known from this training: how faults score (`thrum evaluate`), and what other machines, sensors, mountings, speeds and loads than those of the recordings look like.");
        if (HealthyCalibration.WarningOf(metadata.HealthyScores) is { } warning)
        {
            Line($"");
            Line($"{char.ToUpperInvariant(warning[0])}{warning[1..]}.");
        }

        return card.ToString();

        void Line(FormattableString text) => card.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
