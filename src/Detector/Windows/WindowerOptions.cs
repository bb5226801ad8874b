namespace Thrum.Detector.Windows;

/// <summary>How a stream is cut.</summary>
/// <param name="WindowSamples">Samples per window, N.</param>
/// <param name="HopSamples">Samples between the starts of windows, H.</param>
/// <param name="StampToleranceNs">By how much a stamp may miss the grid and still continue it; at least half a sample is always allowed.</param>
/// <param name="StreamTimeoutNs">Silence after which a counted stream starts a new grid.</param>
internal readonly record struct WindowerOptions(int WindowSamples, int HopSamples, long StampToleranceNs, long StreamTimeoutNs);
