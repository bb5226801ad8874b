using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Thrum.Training.Losses;
using Thrum.Training.Models;
using Thrum.Training.Optimisation;

namespace Thrum.Training.Trainer;

/// <summary>What to train and how. The same options, data and build of ONNX Runtime give the same model, byte by byte.</summary>
public sealed record TrainingOptions
{
    /// <summary>Network, <c>kind:sizes[,option…]</c>: <c>dense:256-128-32-128-256</c>, <c>conv1d:256-16-32/32</c>, <c>conv2d:28x28-16-32-64/16,out=sigmoid</c>, <c>lstm:16x16-32</c>.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// Loss: any metric of the detector, <c>huber(δ)</c>, <c>log-cosh</c>, <c>bce</c>, and weighted sums of them, with penalties on the
    /// weights: <c>mse + 0.5*fft(3..12) + 1e-4*weights(l2)</c>. Penalties count in training only, not in the validation loss.
    /// </summary>
    public string Loss { get; init; } = "mse";

    /// <summary>The s of <c>lmse</c> and <c>fl(…)</c>, in the unit of the normalised windows: 1 where they lie in [0, 1], else larger than the differences to measure.</summary>
    public double LossScale { get; init; } = 1;

    /// <summary>Sampling rate in Hz, for losses on bins given by frequency; 0 when there are none.</summary>
    public double SampleRateHz { get; init; }

    /// <summary>Most passes over the training windows, 1 to 100,000.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Windows per step, 1 to 65,536; fewer when there are fewer. The rest that fills no batch waits for another epoch's shuffle.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The optimiser: <c>adam</c>, <c>adamw:DECAY</c> (0.01 where it is left out; weights only, not biases and gains) or <c>sgd:MOMENTUM</c> (0.9).</summary>
    public string Optimiser { get; init; } = "adam";

    /// <summary>Step size of the optimiser, above 0 and at most 1.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>
    /// How the learning rate changes: <c>constant</c>, <c>step:EPOCHS:FACTOR</c>, <c>cosine:FLOOR</c> down to a share of it (0 where it is left out) or <c>plateau:EPOCHS:FACTOR</c>, which
    /// multiplies it after so many epochs without progress; <c>warmup:EPOCHS+</c> before any of them lets it rise linearly first.
    /// </summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>Greatest norm of the gradient of all parameters together, 0 to 1e9; longer ones are shortened to it. 0 for any.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Fixes starting weights, order, dropout and noise.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Epochs without a better validation loss, or <see cref="StopOn"/>, after which training stops, 1 to 100,000. The best weights are kept in any case.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>Which metric decides when to stop and which weights are best; empty for the loss. As the detector scores it; lower is better.</summary>
    public string StopOn { get; init; } = "";

    /// <summary>Metrics to follow from epoch to epoch beside the loss, as the detector scores them: flat beyond a clamp.</summary>
    public IReadOnlyList<string> Track { get; init; } = [];

    /// <summary>Axes that a window holds one after the other, 1 to its length and a divisor of it: a metric of <see cref="Track"/>, and <see cref="StopOn"/> where it is one, is the mean over them, as in the detector. The loss sees one window.</summary>
    public int Axes { get; init; } = 1;

    /// <summary>
    /// Denoising, what is done to the inputs and not to the targets: <c>none</c>, <c>gaussian:LEVEL</c> (or the bare level) in the unit of the normalised windows, <c>mask:SHARE</c> of the values put to 0,
    /// <c>salt-pepper:SHARE</c> put to the window's extremes, <c>multiplicative:LEVEL</c>. A level <c>0.3..0.1</c> moves from the first epoch to the last.
    /// </summary>
    public string Noise { get; init; } = "none";

    /// <summary>Threads of ONNX Runtime, 1 to 64.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How often to begin again with other starting weights when the result is no better than a constant output, or diverged; 0 to 20.</summary>
    public int Restarts { get; init; } = 2;

    /// <summary>A network that <see cref="Model"/> cannot describe and only names; null for the one that it describes.</summary>
    internal Architecture? Network { get; init; }

    /// <summary>Ends with the weights of the last epoch, not of the best one: what Keras does unless told otherwise, so what published protocols mean.</summary>
    internal bool KeepsLastWeights { get; init; }

    internal LossContext LossContextOf(int windowSamples) => new(LossScale, windowSamples, SampleRateHz);

    /// <summary>The network that is trained.</summary>
    internal bool TryNetwork([NotNullWhen(true)] out Architecture? architecture, [NotNullWhen(false)] out string? fault)
    {
        if (Network is null)
        {
            return ArchitectureParser.TryParse(Model, out architecture, out fault);
        }

        (architecture, fault) = (Network, null);
        return true;
    }

    /// <summary>All faults, one sentence each with the setting, its value and what is expected; empty when there are none.</summary>
    public IReadOnlyList<string> Validate()
    {
        const int maxEpochs = 100_000;
        const int maxBatch = 65_536;
        const double maxNorm = 1e9;
        const int maxThreads = 64;
        const int maxRestarts = 20;
        var faults = new List<string>();
        if (!TryNetwork(out Architecture? architecture, out string? modelFault))
        {
            faults.Add(modelFault);
        }

        // Where the model is at fault, bins are checked against a window that has many.
        const int anyWindow = 1 << 20;
        if (!LossParser.TryParse(Loss, LossContextOf(architecture?.WindowSamples ?? anyWindow), out _, out string? lossFault))
        {
            faults.Add(lossFault);
        }

        int window = architecture?.WindowSamples ?? anyWindow;
        bool isDivided = Axes >= 1 && (architecture is null || window % Axes == 0);
        Check(isDivided, nameof(Axes), Axes, "at least 1 and a divisor of the window's length");
        if (StopOn.Length > 0)
        {
            bool isScored = TrackedMetrics.Scored(StopOn) is not null;
            CheckMetric(StopOn, $"{nameof(StopOn)} is", isDivided && isScored ? window / Axes : window);
            AddIf(Axes == 1 || isScored || !StopOn.Contains("fft(", StringComparison.Ordinal), $"{nameof(StopOn)} is '{StopOn}'; expected no fft(…) for several axes together beside what no detector measures");
        }

        foreach (string metric in Track)
        {
            CheckMetric(metric, $"{nameof(Track)} holds", isDivided ? window / Axes : window);
        }

        AddIf(Optimisation.Optimiser.TryParse(Optimiser, out _, out string? optimiserFault), optimiserFault);
        AddIf(LearningSchedule.TryParse(Schedule, out _, out string? scheduleFault), scheduleFault);
        AddIf(InputNoise.TryParse(Noise, out _, out string? noiseFault), noiseFault);
        Check(ClipNorm is >= 0 and <= maxNorm, nameof(ClipNorm), ClipNorm, $"0 to {maxNorm}");
        Check(Threads is >= 1 and <= maxThreads, nameof(Threads), Threads, $"1 to {maxThreads}");
        Check(Epochs is >= 1 and <= maxEpochs, nameof(Epochs), Epochs, $"1 to {maxEpochs}");
        Check(BatchSize is >= 1 and <= maxBatch, nameof(BatchSize), BatchSize, $"1 to {maxBatch}");
        Check(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "above 0 and at most 1");
        Check(Patience is >= 1 and <= maxEpochs, nameof(Patience), Patience, $"1 to {maxEpochs}");
        Check(Restarts is >= 0 and <= maxRestarts, nameof(Restarts), Restarts, $"0 to {maxRestarts}");
        return faults;

        void CheckMetric(string metric, string setting, int samples)
        {
            if (!LossParser.TryParse(metric, LossContextOf(samples), out _, out string? metricFault))
            {
                faults.Add(metricFault.Replace("Loss is", setting, StringComparison.Ordinal));
            }
        }

        void AddIf(bool fits, string? fault)
        {
            if (!fits)
            {
                faults.Add(fault!);
            }
        }

        void Check(bool fits, string setting, IFormattable value, string expected)
        {
            if (!fits)
            {
                faults.Add($"{setting} is {value.ToString(null, CultureInfo.InvariantCulture)}; expected {expected}");
            }
        }
    }
}
