using System.Numerics;

namespace Thrum.Spectral.Filters;

/// <summary>
/// From a low-pass prototype with edge at 1 rad/s to a digital filter: s → s/ω, ω/s, (s² + ω²)/(Bs) or its inverse with the edges
/// prewarped to tan(πf/fs), then the bilinear transform z = (1 + s)/(1 − s).
/// </summary>
internal static class BandTransform
{
    public static ZeroPoleGain ToDigital(ZeroPoleGain prototype, FilterBand band)
    {
        double low = Math.Tan(Math.PI * band.LowHz / band.SampleRateHz);
        double high = Math.Tan(Math.PI * band.HighHz / band.SampleRateHz);
        ZeroPoleGain analog = band.Kind switch
        {
            FilterKind.LowPass => LowPass(prototype, low),
            FilterKind.HighPass => HighPass(prototype, low),
            FilterKind.BandPass => BandPass(prototype, Math.Sqrt(low * high), high - low),
            _ => BandStop(prototype, Math.Sqrt(low * high), high - low),
        };
        return Bilinear(analog);
    }

    private static ZeroPoleGain LowPass(ZeroPoleGain filter, double omega) => new(
        [.. filter.Zeros.Select(zero => omega * zero)],
        [.. filter.Poles.Select(pole => omega * pole)],
        filter.Gain * Math.Pow(omega, filter.RelativeDegree));

    private static ZeroPoleGain HighPass(ZeroPoleGain filter, double omega) => new(
        [.. filter.Zeros.Select(zero => Inverse(zero, omega)), .. Enumerable.Repeat(Complex.Zero, filter.RelativeDegree)],
        [.. filter.Poles.Select(pole => Inverse(pole, omega))],
        InvertedGain(filter));

    private static ZeroPoleGain BandPass(ZeroPoleGain filter, double centre, double width) => new(
        [.. filter.Zeros.SelectMany(zero => Split(zero * (width / 2), centre)), .. Enumerable.Repeat(Complex.Zero, filter.RelativeDegree)],
        [.. filter.Poles.SelectMany(pole => Split(pole * (width / 2), centre))],
        filter.Gain * Math.Pow(width, filter.RelativeDegree));

    private static ZeroPoleGain BandStop(ZeroPoleGain filter, double centre, double width) => new(
        [
            .. filter.Zeros.SelectMany(zero => Split(Inverse(zero, width / 2), centre)),
            .. Enumerable.Repeat(new Complex(0, centre), filter.RelativeDegree),
        ],
        [.. filter.Poles.SelectMany(pole => Split(Inverse(pole, width / 2), centre))],
        InvertedGain(filter));

    private static ZeroPoleGain Bilinear(ZeroPoleGain filter) => new(
        [.. filter.Zeros.Select(ToZ), .. Enumerable.Repeat(-Complex.One, filter.RelativeDegree)],
        [.. filter.Poles.Select(ToZ)],
        filter.Gain * ZeroPoleGain.Product(filter.Zeros, 1) / ZeroPoleGain.Product(filter.Poles, 1));

    private static double InvertedGain(ZeroPoleGain filter) =>
        filter.Gain * ZeroPoleGain.Product(filter.Zeros, 0) / ZeroPoleGain.Product(filter.Poles, 0);

    private static Complex ToZ(Complex s) =>
        s.Imaginary == 0 ? (1 + s.Real) / (1 - s.Real) : ZeroPoleGain.Upper((1 + s) / (1 - s));

    private static Complex Inverse(Complex root, double scale) =>
        root.Imaginary == 0 ? scale / root.Real : ZeroPoleGain.Upper(scale / root);

    /// <summary>The roots of s² − 2·half·s + centre²: two for one, of which a real one may make a conjugate pair.</summary>
    private static IEnumerable<Complex> Split(Complex half, double centre)
    {
        if (half.Imaginary != 0)
        {
            Complex root = Complex.Sqrt((half * half) - (centre * centre));
            return [ZeroPoleGain.Upper(half + root), ZeroPoleGain.Upper(half - root)];
        }

        double square = (half.Real * half.Real) - (centre * centre);
        return square < 0
            ? [new Complex(half.Real, Math.Sqrt(-square))]
            : [half.Real + Math.Sqrt(square), half.Real - Math.Sqrt(square)];
    }
}
