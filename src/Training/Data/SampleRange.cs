namespace Thrum.Training.Data;

/// <summary>A stretch of one recording.</summary>
/// <param name="Recording">Index of the recording in its list.</param>
/// <param name="Start">First sample.</param>
/// <param name="Length">Number of samples.</param>
public readonly record struct SampleRange(int Recording, int Start, int Length);
