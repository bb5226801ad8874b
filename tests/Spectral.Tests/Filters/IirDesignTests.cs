using System.Numerics;
using System.Text.Json;
using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Tests.Filters;

public sealed class IirDesignTests
{
    private const double Rate = 8000;

    public static TheoryData<string, string> FamiliesAndKinds => new MatrixTheoryData<string, string>(
        ["butterworth", "chebyshevI", "chebyshevII", "elliptic", "bessel", "besselMagnitude", "besselDelay"],
        ["lowpass", "highpass", "bandpass", "bandstop"]);

    [Theory]
    [MemberData(nameof(FamiliesAndKinds))]
    public void Sections_OrdersOneToTen_EqualSciPy(string family, string kind)
    {
        int compared = 0;
        foreach (JsonElement expected in References.Read("designs.json").EnumerateArray())
        {
            if (expected.Text("family") != family || expected.Text("kind") != kind)
            {
                continue;
            }

            double[] sections = expected.Doubles("sections");

            Biquad[] actual = Design(family, expected.Int("order"), Band(kind, expected.Doubles("edges")));

            Assert.Equal(sections.Length / 5, actual.Length);
            for (int i = 0; i < actual.Length; i++)
            {
                double[] row = [actual[i].B0, actual[i].B1, actual[i].B2, actual[i].A1, actual[i].A2];
                Assert.True(actual[i].IsStable);
                for (int j = 0; j < 5; j++)
                {
                    double reference = sections[(5 * i) + j];
                    Assert.True(
                        Math.Abs(row[j] - reference) <= 1e-10 * Math.Max(1, Math.Abs(reference)) && (j > 0 || Relative(row[0], reference) < 1e-9),
                        $"order {expected.Int("order")}, section {i}, coefficient {j}: expected {reference:R}, got {row[j]:R}");
                }
            }

            compared++;
        }

        Assert.Equal(10, compared);
    }

    [Fact]
    public void Notch_MainsFrequency_EqualsSciPy()
    {
        using JsonDocument expected = JsonDocument.Parse(References.Read("notch.json").GetRawText());
        Biquad notch = IirDesign.Notch(50, 30, Rate);

        Assert.Equal(
            expected.RootElement.EnumerateArray().Select(v => v.GetDouble()),
            [notch.B0, notch.B1, notch.B2, notch.A1, notch.A2], new Near(1e-12));
        Assert.Equal(0, Gain([notch], 50), 1e-9);
        Assert.Equal(Math.Sqrt(0.5), Gain([notch], 50 + (50 / 60.0)), 1e-2);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(20)]
    public void Gain_HighOrder_KeepsItsDefinition(int order)
    {
        FilterBand band = FilterBand.LowPass(1000, Rate);

        Assert.Equal(Math.Sqrt(0.5), Gain(IirDesign.Butterworth(order, band), 1000), 1e-9);
        Assert.Equal(Math.Pow(10, -1 / 20.0), Gain(IirDesign.ChebyshevI(order, 1, band), 1000), 1e-9);
        Assert.Equal(1e-3, Gain(IirDesign.ChebyshevII(order, 60, band), 1000), 1e-9);
        Assert.Equal(Math.Pow(10, -1 / 20.0), Gain(IirDesign.Elliptic(order, 1, 60, band), 1000), 1e-7);
        Assert.Equal(Math.Sqrt(0.5), Gain(IirDesign.Bessel(order, band, BesselNorm.Magnitude), 1000), 1e-7);
        Assert.Equal(1, Gain(IirDesign.Bessel(order, band), 1e-6), 1e-7);
    }

    [Fact]
    public void Elliptic_StopBand_StaysBelowTheAttenuation()
    {
        Biquad[] filter = IirDesign.Elliptic(6, 0.5, 70, FilterBand.LowPass(1000, Rate));

        Assert.All(Enumerable.Range(0, 200), i => Assert.InRange(Gain(filter, 5.0 * i), Math.Pow(10, -0.5001 / 20), 1.0000001));
        Assert.All(Enumerable.Range(0, 200), i => Assert.True(Gain(filter, 1520 + (12.3 * i)) <= Math.Pow(10, -69.999 / 20)));
    }

    [Fact]
    public void Design_ValueOutOfRange_Throws()
    {
        FilterBand band = FilterBand.LowPass(1000, Rate);

        Assert.Throws<ArgumentOutOfRangeException>(() => IirDesign.Butterworth(0, band));
        Assert.Throws<ArgumentOutOfRangeException>(() => IirDesign.Butterworth(21, band));
        Assert.Throws<ArgumentOutOfRangeException>(() => IirDesign.Butterworth(2, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => IirDesign.ChebyshevI(2, 0, band));
        Assert.Throws<ArgumentOutOfRangeException>(() => IirDesign.ChebyshevII(2, double.NaN, band));
        Assert.Throws<ArgumentOutOfRangeException>(() => IirDesign.Elliptic(2, 1, 0.5, band));
        Assert.Throws<ArgumentOutOfRangeException>(() => IirDesign.Bessel(2, band, (BesselNorm)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => IirDesign.Notch(50, 0, Rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => FilterBand.LowPass(4000, Rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => FilterBand.HighPass(0, Rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => FilterBand.BandPass(500, 500, Rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => FilterBand.BandStop(100, 500, double.NaN));
    }

    private static double Relative(double actual, double expected) => Math.Abs((actual / expected) - 1);

    private static double Gain(Biquad[] sections, double frequencyHz)
    {
        Complex z = Complex.FromPolarCoordinates(1, -2 * Math.PI * frequencyHz / Rate);
        return sections.Aggregate(1.0, (gain, s) => gain * ((s.B0 + (z * (s.B1 + (z * s.B2)))) / (1 + (z * (s.A1 + (z * s.A2))))).Magnitude);
    }

    private static FilterBand Band(string kind, double[] edges) => kind switch
    {
        "lowpass" => FilterBand.LowPass(edges[0], Rate),
        "highpass" => FilterBand.HighPass(edges[0], Rate),
        "bandpass" => FilterBand.BandPass(edges[0], edges[1], Rate),
        _ => FilterBand.BandStop(edges[0], edges[1], Rate),
    };

    private static Biquad[] Design(string family, int order, FilterBand band) => family switch
    {
        "butterworth" => IirDesign.Butterworth(order, band),
        "chebyshevI" => IirDesign.ChebyshevI(order, 0.7, band),
        "chebyshevII" => IirDesign.ChebyshevII(order, 53, band),
        "elliptic" => IirDesign.Elliptic(order, 0.4, 61, band),
        "bessel" => IirDesign.Bessel(order, band),
        "besselMagnitude" => IirDesign.Bessel(order, band, BesselNorm.Magnitude),
        _ => IirDesign.Bessel(order, band, BesselNorm.Delay),
    };
}
