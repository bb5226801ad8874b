namespace Thrum.Spectral.Envelopes;

/// <summary>A band of a kurtogram.</summary>
/// <param name="LowHz">Lower edge.</param>
/// <param name="HighHz">Upper edge.</param>
/// <param name="Kurtosis">
/// E|c|⁴/(E|c|²)² − 2 of the band's complex envelope c: 0 for stationary Gaussian noise, −1 for a steady tone, large for impulses.
/// </param>
public readonly record struct KurtogramBand(double LowHz, double HighHz, double Kurtosis);
