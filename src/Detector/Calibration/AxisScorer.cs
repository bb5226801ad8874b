using System.Text.Json.Serialization;

namespace Thrum.Detector.Calibration;

/// <summary>Which of the two that may score an axis.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AxisScorer>))]
public enum AxisScorer
{
    /// <summary>The one that scores the axis's windows: its model, or its baseline where there is none.</summary>
    OfWindows,

    /// <summary>Its model.</summary>
    Model,

    /// <summary>Its baseline, which has windows of its own beside a model.</summary>
    Baseline,
}
