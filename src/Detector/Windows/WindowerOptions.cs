namespace Thrum.Detector.Windows;

/// <summary>How a stream is cut. One object serves all streams that are cut alike. Immutable.</summary>
/// <param name="WindowSamples">Samples per window, N</param>
/// <param name="HopSamples">Samples between the starts of windows, H.</param>
/// <param name="StampToleranceNs">By how much a stamp may miss the end of the block before it and still continue it; at least half a sample is always allowed.</param>
/// <param name="StreamTimeoutNs">Silence after which a counted stream starts a new grid.</param>
/// <param name="MaxClockDriftNs">By how much the grid may deviate from the stamps before its times are set by them; the stamp tolerance where that is larger.</param>
/// <param name="LatenessNs">How far behind the greatest sample time a stamped block may come and still be put in its place; 0 for no reordering.</param>
internal sealed record WindowerOptions(
    int WindowSamples, int HopSamples, long StampToleranceNs, long StreamTimeoutNs, long MaxClockDriftNs, long LatenessNs)
{
    /// <summary>True where no windows are cut, because the samples go on to a joint window of several axes.</summary>
    public bool IsJoint { get; init; }
}
