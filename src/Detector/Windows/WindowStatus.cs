namespace Thrum.Detector.Windows;

/// <summary>Why a window has a score or has none. There is no magic score: only <see cref="Valid"/> windows carry one.</summary>
public enum WindowStatus : byte
{
    /// <summary>Scored.</summary>
    Valid,

    /// <summary>The machine started a short time ago.</summary>
    WarmingUp,

    /// <summary>Samples are missing before the window was full.</summary>
    Gap,

    /// <summary>At least one sample is NaN or infinite, or so large that a metric is.</summary>
    NonFinite,

    /// <summary>The axes of a joint window do not share a sample grid.</summary>
    Misaligned,

    /// <summary>The machine stands still.</summary>
    Stopped,

    /// <summary>No model is assigned to the sensor, or none that fits its rate.</summary>
    NoModel,

    /// <summary>The model has no calibration, so no threshold.</summary>
    NotCalibrated,

    /// <summary>The machine is under maintenance.</summary>
    Maintenance,
}

/// <summary>Wire names of <see cref="WindowStatus"/>.</summary>
public static class WindowStatusNames
{
    private static readonly string[] Names =
        ["valid", "warmingUp", "gap", "nonFinite", "misaligned", "stopped", "noModel", "notCalibrated", "maintenance"];

    /// <summary>The name written to databases, webhooks and pages.</summary>
    public static string ToWireName(this WindowStatus status) => Names[(int)status];
}
