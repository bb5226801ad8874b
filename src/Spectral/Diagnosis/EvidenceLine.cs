namespace Thrum.Spectral.Diagnosis;

/// <summary>A line that a finding rests on.</summary>
/// <param name="Name">Which line, such as <c>2×BPFO</c>, <c>BPFI−1×</c> or <c>1×</c>.</param>
/// <param name="Order">Multiple of the shaft's frequency.</param>
/// <param name="FrequencyHz">Where it stands.</param>
/// <param name="Amplitude">
/// For bearings in the squared envelope, unit²; for shaft and mains RMS velocity in mm/s; otherwise peak in the samples' unit.
/// </param>
/// <param name="OverFloor">Amplitude over the local noise floor of its spectrum.</param>
public sealed record EvidenceLine(string Name, double Order, double FrequencyHz, double Amplitude, double OverFloor);
