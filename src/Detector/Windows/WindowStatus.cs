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

    /// <summary>The machine's speed or load during the window is not known.</summary>
    NoSpeed,

    /// <summary>The speed or load was in more than one band during the window, or came into this one a short time ago.</summary>
    BandChange,

    /// <summary>The speed or load was in none of the configured bands.</summary>
    NoBand,
}

/// <summary>Wire names of <see cref="WindowStatus"/>, and what it means.</summary>
public static class WindowStatusNames
{
    private static readonly string[] Names =
        ["valid", "warmingUp", "gap", "nonFinite", "misaligned", "stopped", "noModel", "notCalibrated", "maintenance", "noSpeed", "bandChange", "noBand"];

    /// <summary>The name written to databases, webhooks and pages.</summary>
    public static string ToWireName(this WindowStatus status) => Names[(int)status];

    /// <summary>True while the machine stands still or starts: such a window is no measure of it.</summary>
    internal static bool IsIdle(this WindowStatus status) => status is WindowStatus.Stopped or WindowStatus.WarmingUp;
}
