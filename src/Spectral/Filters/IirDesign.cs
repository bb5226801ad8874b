using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Filters;

/// <summary>
/// Digital recursive filters as second-order sections, from analogue prototypes by the bilinear transform. The order is that of
/// the prototype: a band-pass or band-stop has twice as many poles. Pure functions in double, safe from any thread.
/// </summary>
public static class IirDesign
{
    /// <summary>The highest order of a prototype.</summary>
    public const int HighestOrder = 20;

    /// <summary>Maximally flat; −3 dB at the edges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside 1 … 20.</exception>
    public static Biquad[] Butterworth(int order, FilterBand band) => Design(AnalogPrototype.Butterworth(Checked(order)), band);

    /// <summary>Ripple of <paramref name="rippleDb"/> in the pass band, which ends at the edges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside 1 … 20, or the ripple not positive.</exception>
    public static Biquad[] ChebyshevI(int order, double rippleDb, FilterBand band) =>
        Design(AnalogPrototype.ChebyshevI(Checked(order), Positive(rippleDb, nameof(rippleDb))), band);

    /// <summary>Ripple in the stop band, which lies <paramref name="attenuationDb"/> down and begins at the edges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside 1 … 20, or the attenuation not positive.</exception>
    public static Biquad[] ChebyshevII(int order, double attenuationDb, FilterBand band) =>
        Design(AnalogPrototype.ChebyshevII(Checked(order), Positive(attenuationDb, nameof(attenuationDb))), band);

    /// <summary>The steepest: ripple in the pass band, which ends at the edges, and in the stop band.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The order is outside 1 … 20, the ripple not positive, or the attenuation not above the ripple.
    /// </exception>
    public static Biquad[] Elliptic(int order, double rippleDb, double attenuationDb, FilterBand band)
    {
        Positive(rippleDb, nameof(rippleDb));
        if (!(attenuationDb > rippleDb && attenuationDb <= 250))
        {
            throw new ArgumentOutOfRangeException(
                nameof(attenuationDb),
                attenuationDb,
                FormattableString.Invariant($"must be above the ripple, {rippleDb} dB, and at most 250"));
        }

        return Design(EllipticPrototype.Design(Checked(order), rippleDb, attenuationDb), band);
    }

    /// <summary>Flat group delay well below the edge (the bilinear transform bends it towards half the sampling rate).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside 1 … 20.</exception>
    public static Biquad[] Bessel(int order, FilterBand band, BesselNorm norm = BesselNorm.Phase) =>
        Design(BesselPrototype.Design(Checked(order), norm), band);

    /// <summary>
    /// One section that stops one frequency; −3 dB at a distance of half frequency/quality to either side (S. J. Orfanidis,
    /// "Introduction to Signal Processing", 1996, section 11.3).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The frequency is not within 0 and half the rate, or the quality not positive.
    /// </exception>
    public static Biquad Notch(double frequencyHz, double quality, double sampleRateHz)
    {
        double omega = 2 * Math.PI * FilterBand.LowPass(frequencyHz, sampleRateHz).LowHz / sampleRateHz;
        double gain = 1 / (1 + Math.Tan(omega / (2 * Positive(quality, nameof(quality)))));
        double cosine = -2 * gain * Math.Cos(omega);
        return new(gain, cosine, gain, cosine, (2 * gain) - 1);
    }

    private static Biquad[] Design(ZeroPoleGain prototype, FilterBand band)
    {
        Finite.ThrowIfNotPositive(band.SampleRateHz, nameof(band));
        return SectionPairing.Sections(BandTransform.ToDigital(prototype, band));
    }

    private static int Checked(int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, HighestOrder);
        return order;
    }

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "must be positive");
}
