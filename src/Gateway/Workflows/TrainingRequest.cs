using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thrum.Detector.Calibration;
using Thrum.Detector.Features;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Reports;
using Thrum.Training.Search;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Workflows;

/// <summary>Training of one model from healthy signals, with a calibration on stretches that training never saw.</summary>
internal sealed record TrainingRequest
{
    /// <summary>The signals; of recordings of several axes that the model is to see together, the axes of the first, then those of the next.</summary>
    public required IReadOnlyList<Signal> Signals { get; init; }

    /// <summary>Axes that the model sees together.</summary>
    public int Axes { get; init; } = 1;

    /// <summary>The samples of the signals, which then have none themselves; null when they are in memory.</summary>
    public SampleSpool? Spool { get; init; }

    /// <summary>Where an interrupted training goes on from; null for none.</summary>
    public TrainingCheckpoint? Checkpoint { get; init; }

    public required TrainingOptions Options { get; init; }

    public required int WindowSamples { get; init; }

    /// <summary>Hop of the finished model.</summary>
    public required int HopSamples { get; init; }

    private int TrainingHopSamples => new TrialSetup(Options, WindowSamples, HopSamples).TrainingHopSamples;

    public required IReadOnlyList<MetricExpression> Metrics { get; init; }

    /// <summary>Scale s of the logarithmic MSE, in standard deviations of the training signal.</summary>
    public required double Scale { get; init; }

    public required DateOnly Date { get; init; }

    /// <summary>How the file stores weights.</summary>
    public WeightStorage Weights { get; init; } = WeightStorage.Full;

    /// <summary>What a report of the training wants; null for none.</summary>
    public TrainingReport? Report { get; init; }

    /// <summary>Trains, calibrates and returns the ONNX file.</summary>
    /// <exception cref="UsageException">The signals differ in rate or axes, or are too short.</exception>
    public TrainingOutcome Run(IProgress<EpochReport>? progress, CancellationToken cancellationToken)
    {
        double rate = CommonRate();
        var samples = new AxisRecordings(Signals, Axes, Spool);
        BlockedSplit split = BlockedSplit.Divide(samples.Lengths, SplitFractions.Default);
        IReadOnlyList<ZScoreNormaliser> fitted = samples.Fit(split.Train);
        IWindowSource train = Cut(samples, split.Train, fitted, "training"), validation = Cut(samples, split.Validation, fitted, "validation");
        TrainingOptions options = Options with { SampleRateHz = rate };
        options = Report is null ? options : TrainingReport.Follow(options, Metrics);
        TrainedModel trained = AutoencoderTrainer.Train(train, validation, options, progress, Checkpoint, cancellationToken);

        var metadata = new ModelMetadata
        {
            WindowSamples = WindowSamples,
            HopSamples = HopSamples,
            SampleRateHz = rate,
            Axes = Axes == 1 ? ModelAxes.One : new ModelAxes(Axes, samples.Names),
            Feature = Axes == 1 ? FeatureSpec.Waveform : FeatureSpec.Quantities,
            Normaliser = Axes == 1
                ? new Normaliser(fitted[0].Mean, fitted[0].StandardDeviation)
                : Normaliser.ZScore([.. fitted.Select(axis => (double)axis.Mean)], [.. fitted.Select(axis => (double)axis.StandardDeviation)]),
            Kind = trained.Kind,
            Scale = Scale,
            Metrics = Metrics,
            Training = Fingerprint(samples.Labels),
            Anchors = TrainingAnchors.Of(split.Train.Concat(split.Validation).SelectMany(samples.Stretch)),
            Loss = Options.Loss,
            Date = Date.ToString("O", CultureInfo.InvariantCulture),
        };
        HealthyCalibration calibration = Calibrate(trained.ToOnnx(metadata.ToProperties(), Weights), samples, split.Calibration);
        CalibrationTable? single = Weights == WeightStorage.Full ? null : Calibrate(trained.ToOnnx(metadata.ToProperties()), samples, split.Calibration).Table;
        metadata = metadata with { Calibration = calibration.Table, HealthyScores = calibration.Scores };
        IReadOnlyDictionary<string, string> properties = metadata.ToProperties();
        byte[] onnx = trained.ToOnnx(properties, Weights);
        return new TrainingOutcome(trained, metadata, onnx, train.Count, validation.Count)
        {
            StorageLoss = single is null ? null : new StorageLoss(Weights, trained.ToOnnx(properties).Length, single),
            Study = Report?.Study(trained, onnx, validation, samples, split),
        };
    }

    private double CommonRate()
    {
        double[] rates = [.. Signals.Concat(Report?.Faulty ?? []).Select(signal => signal.SampleRateHz).Distinct()];
        return rates.Length == 1
            ? rates[0]
            : throw new UsageException($"the recordings have the rates {string.Join(", ", rates)} Hz, expected one rate for all");
    }

    private IWindowSource Cut(AxisRecordings samples, IReadOnlyList<SampleRange> ranges, IReadOnlyList<ZScoreNormaliser> normalisers, string role)
    {
        IWindowSource windows = samples.Cut(ranges, WindowSamples, TrainingHopSamples, normalisers);
        return windows.Count > 0
            ? windows
            : throw new UsageException($"the recordings give no {role} window of {WindowSamples} samples: expected longer recordings or a smaller --window");
    }

    private static HealthyCalibration Calibrate(byte[] onnx, AxisRecordings samples, IReadOnlyList<SampleRange> ranges)
    {
        using AutoencoderModel model = AutoencoderModel.Load("training", onnx);
        return HealthyCalibration.Of(model, ranges.Select(samples.Stretch));
    }

    private string Fingerprint(IEnumerable<string> labels)
    {
        IEnumerable<ReadOnlyMemory<float>> samples = Spool ?? Signals.Select(signal => new ReadOnlyMemory<float>(signal.Samples));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<float> signal in samples)
        {
            hash.AppendData(MemoryMarshal.AsBytes(signal.Span));
        }

        return $"{string.Join(", ", labels)}; samples sha256 {Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
    }
}

/// <summary>What training gave.</summary>
/// <param name="Model">The trained network and its history.</param>
/// <param name="Metadata">What the file says about itself.</param>
/// <param name="Onnx">The ONNX file.</param>
/// <param name="TrainingWindows">Windows trained on.</param>
/// <param name="ValidationWindows">Windows that decided when to stop.</param>
internal sealed record TrainingOutcome(TrainedModel Model, ModelMetadata Metadata, byte[] Onnx, int TrainingWindows, int ValidationWindows)
{
    /// <summary>What weights in fewer bits cost; null for those in single precision.</summary>
    public StorageLoss? StorageLoss { get; init; }

    /// <summary>A look at it for a report; null when none was asked for.</summary>
    public TrainingStudy? Study { get; init; }
}

/// <summary>What to compare a file with weights in fewer bits with.</summary>
/// <param name="Weights">How it stores them.</param>
/// <param name="SingleBytes">Length of the file with weights in single precision.</param>
/// <param name="Single">The same calibration windows scored by that.</param>
internal sealed record StorageLoss(WeightStorage Weights, int SingleBytes, CalibrationTable Single);
