namespace Thrum.Detector.Windows;

/// <summary>How a stream is cut.</summary>
/// <param name="WindowSamples">Samples per window, N.</param>
/// <param name="HopSamples">Samples between the starts of windows, H.</param>
/// <param name="StampToleranceNs">By how much a stamp may miss the end of the block before it and still continue it; at least half a sample is always allowed.</param>
/// <param name="StreamTimeoutNs">Silence after which a counted stream starts a new grid.</param>
/// <param name="MaxClockDriftNs">By how much the grid may deviate from the stamps before its times are set by them; the stamp tolerance where that is larger.</param>
internal readonly record struct WindowerOptions(
    int WindowSamples, int HopSamples, long StampToleranceNs, long StreamTimeoutNs, long MaxClockDriftNs);
