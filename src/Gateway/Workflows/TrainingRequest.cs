using System.Globalization;
using Thrum.Detector.Calibration;
using Thrum.Detector.Features;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Onnx;
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

    /// <summary>Where an interrupted training goes on from; null for none. It stays until the caller has written what came of it.</summary>
    public TrainingCheckpoint? Checkpoint { get; init; }

    public required TrainingOptions Options { get; init; }

    public required int WindowSamples { get; init; }

    /// <summary>Hop of the finished model.</summary>
    public required int HopSamples { get; init; }

    // A card is to be read; the terminal tells all.
    private const int MostTold = 8;

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
    /// <exception cref="ExportParityException">The file does not do what was trained.</exception>
    public TrainingOutcome Run(IProgress<EpochReport>? progress, CancellationToken cancellationToken)
    {
        double rate = CommonRate(Signals.Concat(Report?.Faulty ?? []));
        var samples = new AxisRecordings(Signals, Axes, Spool);
        AxisRecordings? faulty = Report?.FaultyBeside(samples);
        BlockedSplit split = BlockedSplit.Divide(samples.Lengths, SplitFractions.Default);
        IReadOnlyList<ZScoreNormaliser> fitted = samples.Fit(split.Train);
        RecordedWindows train = Cut(samples, split.Train, fitted, "training"), validation = Cut(samples, split.Validation, fitted, "validation");
        TrainingOptions options = Options with { SampleRateHz = rate };
        options = Report is null ? options : TrainingReport.Follow(options, Metrics, WindowSamples, Axes);
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
            Training = samples.Fingerprint(),
            Anchors = TrainingAnchors.Of(samples.Anchored(split.Train.Concat(split.Validation))),
            Loss = Options.Loss,
            Date = Date.ToString("O", CultureInfo.InvariantCulture),
        };
        byte[] single = trained.ToOnnx(metadata.ToProperties()), stored = Weights == WeightStorage.Full ? single : trained.ToOnnx(metadata.ToProperties(), Weights);
        ExportParity parity = ExportParity.Of(trained, single, validation).Require();
        HealthyCalibration calibration = Calibrate(stored, samples, split.Calibration);
        StorageLoss? lost = stored == single ? null : new StorageLoss(Weights, single.Length - stored.Length, Calibrate(single, samples, split.Calibration).Table, calibration.Table);
        var leftOut = new LeftOutWindows(train.SkippedNonFinite, validation.SkippedNonFinite, calibration.LeftOut);
        metadata = metadata with
        {
            Calibration = calibration.Table,
            HealthyScores = calibration.Scores,
            Card = [.. Facts(train, validation), .. Missing(leftOut), .. TrainingFacts.Of(trained, parity), .. lost is null ? (CardFact[])[] : [new CardFact("weights", lost.ToString())]],
        };
        byte[] onnx = OnnxProperties.Replace(stored, metadata.ToProperties());
        return new TrainingOutcome(trained, metadata, onnx, train.Count, validation.Count)
        {
            Parity = parity,
            StorageLoss = lost,
            LeftOut = leftOut,
            Gaps = Signals.DistinctBy(signal => (signal.Recording, signal.Start, signal.Gaps, signal.MissingSeconds)).Sum(signal => signal.Gaps),
            Study = Report is null ? null : TrainingReport.Study(trained, onnx, validation, samples, split, faulty) with { Parity = parity, Missing = [.. Missing(leftOut).Select(fact => (fact.Name, fact.Text))] },
        };
    }

    private CardFact[] Facts(IWindowSource train, IWindowSource validation)
    {
        SplitFractions split = SplitFractions.Default;
        return
        [
            new CardFact("split", string.Create(CultureInfo.InvariantCulture,
                $"each recording in order of time: {split.Train:P0} training, {split.Validation:P0} validation, {1 - split.Train - split.Validation:P0} calibration; no window reaches over a boundary")),
            new CardFact("windows", string.Create(CultureInfo.InvariantCulture, $"{train.Count} trained on, {validation.Count} decided when to stop, one every {TrainingHopSamples} samples")),
        ];
    }

    /// <summary>Nothing of recordings without a flaw.</summary>
    private IEnumerable<CardFact> Missing(LeftOutWindows leftOut)
    {
        IReadOnlyList<string> flaws = RecordingFlaws.Of(Signals);
        return [.. flaws.Count == 0 ? (CardFact[])[] : [new CardFact("missing samples", string.Join("; ", flaws.Take(MostTold)) + (flaws.Count > MostTold ? FormattableString.Invariant($"; and {flaws.Count - MostTold} more") : ""))], .. leftOut.Total == 0 ? (CardFact[])[] : [new CardFact("left out", leftOut.ToString())]];
    }

    /// <summary>The rate of all.</summary>
    /// <exception cref="UsageException">They have several.</exception>
    public static double CommonRate(IEnumerable<Signal> signals)
    {
        double[] rates = [.. signals.Select(signal => signal.SampleRateHz).Distinct()];
        return rates.Length == 1
            ? rates[0]
            : throw new UsageException($"the recordings have the rates {string.Join(", ", rates)} Hz, expected one rate for all");
    }

    private RecordedWindows Cut(AxisRecordings samples, IReadOnlyList<SampleRange> ranges, IReadOnlyList<ZScoreNormaliser> normalisers, string role)
    {
        var windows = RecordedWindows.Cut(samples.Samples, ranges, WindowSamples, TrainingHopSamples, normalisers);
        return windows.Count > 0
            ? windows
            : throw new UsageException($"the recordings give no {role} window of {WindowSamples} samples{(windows.SkippedNonFinite > 0 ? $", as each of {windows.SkippedNonFinite} has a sample that is missing or not finite" : "")}: expected longer recordings or a smaller --window");
    }

    private static HealthyCalibration Calibrate(byte[] onnx, AxisRecordings samples, IReadOnlyList<SampleRange> ranges)
    {
        using AutoencoderModel model = AutoencoderModel.Load("training", onnx);
        return HealthyCalibration.Of(model, samples, ranges);
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
    /// <summary>How far the file, with weights in single precision, is from the trained network.</summary>
    public required ExportParity Parity { get; init; }

    /// <summary>What weights in fewer bits cost; null for those in single precision.</summary>
    public StorageLoss? StorageLoss { get; init; }

    /// <summary>What was not used.</summary>
    public required LeftOutWindows LeftOut { get; init; }

    /// <summary>Gaps in the times of all recordings.</summary>
    public int Gaps { get; init; }

    /// <summary>A look at it for a report; null when none was asked for.</summary>
    public TrainingStudy? Study { get; init; }
}

/// <summary>What weights in fewer bits cost.</summary>
/// <param name="Weights">How the file stores them.</param>
/// <param name="SavedBytes">By how much the file is shorter than with weights in single precision.</param>
/// <param name="Single">The calibration windows scored by that.</param>
/// <param name="Stored">The same windows scored by the file.</param>
internal sealed record StorageLoss(WeightStorage Weights, int SavedBytes, CalibrationTable Single, CalibrationTable Stored)
{
    /// <summary>For people.</summary>
    public override string ToString()
    {
        string changes = string.Join(", ", Stored.Metrics.Select(m => string.Create(CultureInfo.InvariantCulture,
            $"{m.Key} {m.Value.Median:G4} instead of {Single.Metrics[m.Key].Median:G4} ({SignedText.Of(100 * ((m.Value.Median / Single.Metrics[m.Key].Median) - 1), 1)} %)")));
        return string.Create(CultureInfo.InvariantCulture,
            $"weights as {Weights.ToString().ToLowerInvariant()}: {SavedBytes} bytes less than in single precision; medians on the calibration windows: {changes}");
    }
}
