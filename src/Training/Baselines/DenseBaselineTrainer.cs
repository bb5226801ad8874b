using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Thrum.Detector.Baselines;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Training.Data;
using Thrum.Training.Onnx;
using Thrum.Training.Reports;
using Thrum.Training.Trainer;

namespace Thrum.Training.Baselines;

/// <summary>
/// Trains a small dense autoencoder, n-n/2-n/8-n/2-n, on the log-spectra of one axis, each bin in its own standard deviations, and calibrates it on
/// the held-out windows. The end of the training windows decides when to stop, and how far the result is shrunk towards the mean spectrum.
/// </summary>
public sealed class DenseBaselineTrainer : IBaselineTrainer
{
    private const int Epochs = 60;
    private const int Patience = 8;
    private const int BatchSize = 32;
    private const double Scale = 8;
    private const double ValidationShare = 0.2;

    // A network that reproduces no more than the mean spectrum is of use all the same: its score is then the deviation from that. One that is worse is not.
    private const double MostOfConstant = 1.05;

    /// <inheritdoc/>
    public LearnedModel Train(HealthyRecord record, DateOnly date, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        TrimmedWindows kept = TrimmedWindows.Of(record.Training, record.FeatureLength);
        int validation = (int)(kept.Windows.Count * ValidationShare);
        if (validation < 1 || record.HeldOutWindows < 1)
        {
            throw new BaselineTrainingException($"{record.Axis}: expected windows to train and to calibrate on, found {kept.Windows.Count} and {record.HeldOutWindows}");
        }

        var bins = BinStatistics.Of(kept.Windows);
        float[] normalised = bins.Normalise(kept.Windows.Values);
        int boundary = (kept.Windows.Count - validation) * record.FeatureLength;
        var held = new WindowSet(normalised[boundary..], record.FeatureLength);
        TrainedModel trained = Fit(new WindowSet(normalised[..boundary], record.FeatureLength), held, record, progress, cancellationToken);
        if (trained.BestValidationLoss > MostOfConstant * trained.ConstantOutputLoss)
        {
            throw new BaselineTrainingException(string.Create(CultureInfo.InvariantCulture,
                $"{record.Axis}: the network is worse than the mean spectrum, a loss of {trained.BestValidationLoss:G4} against {trained.ConstantOutputLoss:G4}: the windows differ too much or are too few"));
        }

        ModelMetadata metadata = Describe(record, trained, bins, date);
        byte[] plain = trained.ToOnnx(metadata.ToProperties());
        ExportParity parity = Compare(trained, plain, held, record);
        LearnedCalibration calibration = LearnedCalibration.Of(plain, record);
        metadata = metadata with
        {
            Calibration = calibration.Table,
            HealthyScores = calibration.Scores,
            Calibrated = string.Create(CultureInfo.InvariantCulture, $"{record.HeldOutWindows} later windows in {record.HeldOutBlocks.Count} stretches without a gap"),
            Card = LearnedCard.Facts(record, trained, parity, kept.Dropped, validation),
        };
        byte[] onnx = OnnxProperties.Replace(plain, metadata.ToProperties());
        using AutoencoderModel model = AutoencoderModel.Load(record.Axis.ToString(), onnx);
        return new LearnedModel(onnx, ModelCard.Text(model, record.Axis.ToString(), isServedByItself: true));
    }

    private static ExportParity Compare(TrainedModel trained, byte[] onnx, WindowSet validation, HealthyRecord record)
    {
        try
        {
            return ExportParity.Of(trained, onnx, validation).Require();
        }
        catch (ExportParityException e)
        {
            throw new BaselineTrainingException($"{record.Axis}: {e.Message}", e);
        }
    }

    private static TrainedModel Fit(WindowSet train, WindowSet validation, HealthyRecord record, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        int n = record.FeatureLength;
        var options = new TrainingOptions
        {
            Model = string.Create(CultureInfo.InvariantCulture, $"dense:{n}-{Math.Max(4, n / 2)}-{Math.Max(2, n / 8)}-{Math.Max(4, n / 2)}-{n},elu"),
            Epochs = Epochs,
            Patience = Patience,
            BatchSize = BatchSize,
            Optimiser = "adamw:0.1",
            Noise = "gaussian:0.3",
            Restarts = 0,
        };
        try
        {
            return Shrunk(AutoencoderTrainer.Train(train, validation, options, progress is null ? null : new EpochShare(progress), cancellationToken: cancellationToken), validation);
        }
        catch (TrainingDivergedException e)
        {
            throw new BaselineTrainingException($"{record.Axis}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Shrinks the reconstruction towards the mean spectrum, which is 0 here, by the factor Σxx̂/Σx̂² that is best on the validation windows: where spectra hold nothing but
    /// noise a network would add to it, and the score is to be the deviation from the mean then.
    /// </summary>
    private static TrainedModel Shrunk(TrainedModel trained, WindowSet validation)
    {
        float[] reconstruction = trained.Reconstruct(validation);
        double product = 0, power = 0;
        for (int i = 0; i < reconstruction.Length; i++)
        {
            product += (double)validation.Values[i] * reconstruction[i];
            power += (double)reconstruction[i] * reconstruction[i];
        }

        double factor = power > 0 ? Math.Clamp(product / power, 0, 1) : 0, loss = 0;
        for (int i = 0; i < reconstruction.Length; i++)
        {
            double off = validation.Values[i] - (factor * reconstruction[i]);
            loss += off * off / reconstruction.Length;
        }

        return trained.WithOutputTimes(factor, loss);
    }

    private static ModelMetadata Describe(HealthyRecord record, TrainedModel trained, BinStatistics bins, DateOnly date)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(record.Training.AsSpan())))[..16];
        return new ModelMetadata
        {
            WindowSamples = record.WindowSamples,
            HopSamples = record.WindowSamples,
            SampleRateHz = record.SampleRateHz,
            Feature = record.Feature,
            Normaliser = Normaliser.Parse(JsonSerializer.Serialize(new { kind = "zscore", mean = bins.Means, std = bins.Deviations })),
            Kind = trained.Kind,
            Scale = Scale,
            Metrics = [MetricExpression.Parse("mse"), MetricExpression.Parse("lmse")],
            Training = $"{record.Axis} on this gateway, {Time(record.FirstUnixNs)} to {Time(record.LastUnixNs)}; features sha256 {hash}",
            Loss = trained.Options.Loss,
            Date = date.ToString("O", CultureInfo.InvariantCulture),
        };
    }

    internal static string Time(long unixNs) =>
        UnixTime.ToDateTimeOffset(unixNs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private sealed class EpochShare(IProgress<double> progress) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => progress.Report((double)value.Epoch / Epochs);
    }
}
