namespace Thrum.Spectral.Lines;

/// <summary>Lines at multiples of one frequency.</summary>
/// <param name="FundamentalHz">The frequency that fits the lines best, within the slip that was allowed.</param>
/// <param name="Matched">How many of the multiples looked at stand out.</param>
/// <param name="AmplitudeSum">Sum of the amplitudes of those, in the spectrum's unit.</param>
/// <param name="FirstOverFloor">Amplitude of the fundamental over the floor.</param>
/// <param name="GreatestOverFloor">The greatest amplitude over the floor.</param>
public readonly record struct HarmonicFamily(
    double FundamentalHz, int Matched, double AmplitudeSum, double FirstOverFloor, double GreatestOverFloor);
