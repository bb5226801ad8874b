using Thrum.Detector.Alarms;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Training.Evaluation;
using Thrum.Training.Studies;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Workflows;

/// <summary>
/// Case Western Reserve University's bearings, with one class: a model is trained and calibrated on the first half of each healthy record
/// and watched, by a rule with default settings, on the second halves and on every record of a fault. Nothing is fitted to the faults.
/// </summary>
internal static class CwruStudy
{
    private const double RateHz = 12_000;
    private const int WindowSamples = 256;
    private const int HopSamples = 128;

    /// <param name="folder">Holds <c>*.mat</c>; names that begin with normal are healthy.</param>
    /// <param name="date">Written into the model.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    /// <exception cref="StudyDataException">There is no healthy record or no record of a fault.</exception>
    public static CwruResult Run(string folder, DateOnly date, CancellationToken cancellationToken)
    {
        string[] files = [.. Directory.GetFiles(folder, "*.mat", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[] healthy = [.. files.Where(IsHealthy)], faulty = [.. files.Except(healthy)];
        if (healthy.Length == 0 || faulty.Length == 0)
        {
            throw new StudyDataException($"{folder} holds {healthy.Length} healthy (normal*.mat) and {faulty.Length} other records, expected at least one of each");
        }

        using AutoencoderModel model = AutoencoderModel.Load("cwru", Train([.. healthy.Select(file => Read(file, 0, 0.5))], date, cancellationToken));
        AlarmRule rule = new AlarmRuleOptions().Resolve(model);
        int healthyAlarms = healthy.Sum(file => Watch(model, rule, Read(file, 0.5, 1)).Alarms);
        return new CwruResult(healthyAlarms, [.. faulty.Select(file =>
        {
            (_, double? seconds, double rate) = Watch(model, rule, Read(file, 0, 1));
            return new CwruRecordingResult(Path.GetFileNameWithoutExtension(file), seconds, rate);
        })]);
    }

    private static bool IsHealthy(string path) => Path.GetFileName(path).StartsWith("normal", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The drive-end accelerometer at 12 kHz. Healthy records are sampled at 48 kHz whatever their names say (their shaft lines fit only so),
    /// and so are those called 48k.
    /// </summary>
    private static Signal Read(string path, double from, double to)
    {
        const int fast = 4;
        bool isFast = IsHealthy(path) || Path.GetFileName(path).StartsWith("48k", StringComparison.OrdinalIgnoreCase);
        return new RecordingChoice(isFast ? fast * RateHz : RateHz, isFast ? fast : 1, "DE", from, to).Read(path);
    }

    private static byte[] Train(IReadOnlyList<Signal> signals, DateOnly date, CancellationToken cancellationToken)
    {
        var request = new TrainingRequest
        {
            Signals = signals,
            Options = new TrainingOptions { Model = "dense:256-128-32-128-256", LossScale = 4 },
            WindowSamples = WindowSamples,
            HopSamples = HopSamples,
            Metrics = MetricExpression.ParseList(["mse", "lmse"]),
            Scale = 4,
            Date = date,
        };
        return request.Run(null, cancellationToken).Onnx;
    }

    private static (int Alarms, double? FirstSeconds, double DetectionRate) Watch(AutoencoderModel model, AlarmRule rule, Signal signal)
    {
        using var scorer = new RecordingScorer(model);
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        scorer.Score(signal.Samples, HopSamples, scores);
        List<float> values = scores[rule.MetricIndex];
        AlarmTrial trial = AlarmTrial.Run(rule, values, HopSamples / RateHz);
        double? first = trial.FirstRaise < 0 ? null : ((trial.FirstRaise * (double)HopSamples) + WindowSamples) / RateHz;
        return (trial.Raises, first, ConfusionCounts.At([], [.. values.Select(value => (double)value)], rule.RaiseLevel).Recall);
    }
}

/// <summary>What a <see cref="CwruStudy"/> found.</summary>
/// <param name="HealthyAlarms">Alarms raised on the second halves of the healthy records.</param>
/// <param name="Recordings">The records with a fault.</param>
internal sealed record CwruResult(int HealthyAlarms, IReadOnlyList<CwruRecordingResult> Recordings);

/// <summary>One record with a fault.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="AlarmSeconds">From the beginning of the record to the first alarm; null if there was none.</param>
/// <param name="DetectionRate">Share of windows at or above the level that raises.</param>
internal sealed record CwruRecordingResult(string Name, double? AlarmSeconds, double DetectionRate);
