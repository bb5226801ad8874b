using System.ComponentModel.DataAnnotations;

namespace Thrum.Detector.Baselines;

/// <summary>
/// An autoencoder that an axis without a model learns on the gateway, once its baseline is known: healthy-looking windows are collected, a small
/// model is trained and calibrated on them, and takes the axis over. The section <c>Detector:Baseline:Autoencoder</c>.
/// </summary>
public sealed record LearningOptions
{
    /// <summary>False: the axis keeps the scores of its baseline.</summary>
    public bool Enabled { get; init; }

    /// <summary>Healthy-looking measuring time to collect, after the baseline's own <c>Learning</c> and <c>Calibration</c>. At least 200 windows.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "30.00:00:00")]
    public TimeSpan Collect { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Share of that time, its end, on which thresholds are calibrated; training never sees it.</summary>
    [Range(0.1, 0.9)]
    public double HeldOut { get; init; } = 0.4;

    /// <summary>Most windows kept for training, spread evenly over their time.</summary>
    [Range(100, 100_000)]
    public int MaxTrainingWindows { get; init; } = 2048;

    /// <summary>Most windows kept for calibration: the latest, without a window between them left out.</summary>
    [Range(100, 100_000)]
    public int MaxHeldOutWindows { get; init; } = 8192;

    /// <summary>Longest time that one training may take; one that takes longer is given up, and said so.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan MaxTrainingTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long after a training that failed it is tried again, on the same windows; 0 for not before the next start.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromHours(6);
}
