using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Training.Data;
using Thrum.Training.Reports;

namespace Thrum.Gateway.Workflows;

/// <summary>Scores healthy stretches that training never saw and condenses what the thresholds need.</summary>
/// <param name="Table">The distribution of each metric, from windows that overlap.</param>
/// <param name="Scores">Each metric's scores in order of time, at the hop at which the model runs.</param>
internal sealed record HealthyCalibration(CalibrationTable Table, HealthyScores Scores)
{
    /// <summary>What to say of a calibration that is too small to be relied on; null of others.</summary>
    public static string? WarningOf(HealthyScores? scores)
    {
        int windows = scores?.LeastWindows ?? 0;
        string every = scores is null ? "" : FormattableString.Invariant($", one every {scores.HopSamples} samples as the model runs");
        return windows < ModelCard.FewWindows
            ? FormattableString.Invariant($"warning: thresholds stand on {windows} calibration windows{every}, expected at least {ModelCard.FewWindows}: use longer recordings, or expect false and missed alarms")
            : null;
    }

    /// <summary>Windows at that hop that were left out because a sample of them is missing or not finite.</summary>
    public int LeftOut { get; private init; }

    /// <summary>Scores stretches of samples. Windows with a sample that is missing or not finite are left out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="healthy">Healthy running at the model's rate, of each axis that it sees.</param>
    /// <param name="ranges">The stretches.</param>
    /// <exception cref="UsageException">They hold no window.</exception>
    public static HealthyCalibration Of(AutoencoderModel model, AxisRecordings healthy, IReadOnlyList<SampleRange> ranges)
    {
        ModelMetadata metadata = model.Metadata;
        using var scorer = new RecordingScorer(model);

        // Overlapping windows show more phases of the same signal: good for a distribution, wrong for counting alarms in time.
        int dense = Math.Max(1, Math.Min(metadata.HopSamples, metadata.WindowSamples / 4));
        ScoreAccumulator[] all = [.. model.Description.Metrics.Select(_ => new ScoreAccumulator())];
        Score(scorer, model, healthy, ranges, dense, (metric, some) => some.ForEach(all[metric].Add));
        List<float>[] running = [.. model.Description.Metrics.Select(_ => new List<float>())];
        (List<int> blocks, int leftOut) = Score(scorer, model, healthy, ranges, metadata.HopSamples, (metric, some) => running[metric].AddRange(some));
        if (running[0].Count == 0)
        {
            throw new UsageException($"the recordings give no calibration window of {metadata.WindowSamples} samples: expected longer recordings or a smaller window");
        }

        if (running[0].Count > HealthySequence.MaxWindows)
        {
            throw new UsageException($"the recordings give {running[0].Count} calibration windows, expected at most {HealthySequence.MaxWindows}: use fewer recordings, or a model with a longer hop");
        }

        IReadOnlyList<string> metrics = model.Description.Metrics;
        var table = new CalibrationTable { Metrics = Enumerable.Range(0, metrics.Count).ToDictionary(i => metrics[i], i => all[i].ToDistribution()) };
        var scores = new HealthyScores(metadata.HopSamples, Enumerable.Range(0, metrics.Count).ToDictionary(i => metrics[i], i => HealthySequence.FromScores(running[i], blocks)));
        return new HealthyCalibration(table, scores) { LeftOut = leftOut };
    }

    /// <summary>Scores stretch by stretch, and returns how many windows each gave that gave any, and how many were left out.</summary>
    private static (List<int> Blocks, int LeftOut) Score(
        RecordingScorer scorer, AutoencoderModel model, AxisRecordings healthy, IReadOnlyList<SampleRange> ranges, int hopSamples, Action<int, List<float>> take)
    {
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        List<int> blocks = [];
        int leftOut = 0;
        foreach (SampleRange range in ranges)
        {
            leftOut += healthy.Score(scorer, model.Metadata, range, hopSamples, scores);
            if (scores[0].Count > 0)
            {
                blocks.Add(scores[0].Count);
            }

            for (int metric = 0; metric < scores.Length; metric++)
            {
                take(metric, scores[metric]);
                scores[metric].Clear();
            }
        }

        return (blocks, leftOut);
    }
}
