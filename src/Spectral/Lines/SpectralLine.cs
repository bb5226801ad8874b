namespace Thrum.Spectral.Lines;

/// <summary>A line of a spectrum.</summary>
/// <param name="FrequencyHz">Frequency, interpolated between bins by a parabola through the three highest.</param>
/// <param name="Amplitude">Amplitude of the highest bin, in the spectrum's unit.</param>
/// <param name="OverFloor">Amplitude over the local noise floor; infinite over a floor of 0, 0 where there is no line at all.</param>
public readonly record struct SpectralLine(double FrequencyHz, float Amplitude, float OverFloor);
