using Thrum.Detector.Calibration;

namespace Thrum.Detector.Signals;

/// <summary>How a request for the samples of an axis ended.</summary>
public enum SignalOutcome
{
    /// <summary>Here they are.</summary>
    Found,

    /// <summary>Nothing of the axis was received yet.</summary>
    Unknown,

    /// <summary>The axis has no full buffer at present.</summary>
    Empty,

    /// <summary>The detector is stopping.</summary>
    Unavailable,
}

/// <summary>The answer to a request for the samples of an axis.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Signal">The samples; null unless found.</param>
/// <param name="Message">Why there are none, as a sentence; empty where there are.</param>
public sealed record SignalAnswer(SignalOutcome Outcome, AxisSignal? Signal, string Message)
{
    /// <summary>What the axis is judged by, where that was asked for and found.</summary>
    public AxisStandard? Standard { get; init; }
}
