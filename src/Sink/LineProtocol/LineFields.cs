namespace Thrum.Sink.LineProtocol;

/// <summary>Which fields of <c>vibration_score</c> are written.</summary>
public enum LineFields
{
    /// <summary>Metrics, score, p-value, threshold, state, status, model and its revision.</summary>
    All,

    /// <summary>The metrics only; windows without a score are not written. For comparisons of throughput.</summary>
    Metrics,
}
