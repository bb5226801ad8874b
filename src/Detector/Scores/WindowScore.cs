using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Scores;

/// <summary>The outcome of one window; its metric values are in the <see cref="ScoreBatch"/> that carries it.</summary>
public readonly record struct WindowScore
{
    /// <summary>The axis.</summary>
    public required AxisStream Stream { get; init; }

    /// <summary>The model that scored it, or would have.</summary>
    public required ScoredModel Model { get; init; }

    /// <summary>Time of the window's last sample, ns since 1970-01-01 UTC.</summary>
    public required long TimeUnixNs { get; init; }

    /// <summary>Why the window has a score or has none.</summary>
    public required WindowStatus Status { get; init; }

    /// <summary>The most severe state among the axis's alarms after this window.</summary>
    public required AlarmState State { get; init; }

    /// <summary>The model's first metric; higher is more anomalous. NaN unless the window was scored.</summary>
    public required float Score { get; init; }

    /// <summary>Conformal p-value of the score among healthy ones, (0, 1]; NaN without a calibration or score.</summary>
    public required float PValue { get; init; }

    /// <summary>The level at which the score raises an alarm; NaN when there is none.</summary>
    public required float Threshold { get; init; }

    /// <summary>The band of speed or load that it lay in; null without bands, and where it has no score.</summary>
    public string? Band { get; init; }

    /// <summary>True when the window carries a score: it was valid, or valid but for a missing calibration.</summary>
    public bool HasScore => Status is WindowStatus.Valid or WindowStatus.NotCalibrated or WindowStatus.WarmingUp && !float.IsNaN(Score);

    internal int MetricOffset { get; init; }
}
