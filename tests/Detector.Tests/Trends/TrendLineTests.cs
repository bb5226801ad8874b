using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Trends;

namespace Thrum.Detector.Tests.Trends;

public sealed class TrendLineTests(ITestOutputHelper output)
{
    [Fact]
    public void Fit_AnyValues_IsTheMedianOfAllSlopesAndScalesWithThem() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(-20, 20).ArrayOf().Where(v => v.Length >= 10).ToArbitrary(), numbers =>
        {
            double[] values = [.. numbers.Select(v => (double)v)], times = [.. numbers.Select((_, i) => i + (0.3 * (i % 3)))];
            double[] slopes = [.. Enumerable.Range(0, values.Length).SelectMany(i => Enumerable.Range(0, i).Select(j => (values[i] - values[j]) / (times[i] - times[j]))).Order()];

            TrendLine line = Fit(times, values, 0.99), scaled = Fit(times, [.. values.Select(v => 3 + (2 * v))], 0.99);

            Assert.Equal((slopes[(slopes.Length - 1) / 2] + slopes[slopes.Length / 2]) / 2, line.Slope, 12);
            Assert.True(line.LowerSlope <= line.Slope);
            Assert.Contains(line.LowerSlope, slopes.Append(double.NegativeInfinity));
            Assert.Equal(2 * line.Slope, scaled.Slope, 9);
            Assert.Equal(3 + (2 * line.Level), scaled.Level, 9);
        }));

    /// <summary>By hand from the formulas: ten values without ties have Var(S) = 125, z = 2.326 gives C = 26.01, and the bound is the (45 − 26.01)/2 = 9th of 45 slopes.</summary>
    [Fact]
    public void Fit_WithoutMemory_HasTheBoundOfTheFormula()
    {
        double[] times = [.. Enumerable.Range(0, 10).Select(i => (double)i)], values = [.. times.Select(t => (1.1 * t) + (t % 2) + (0.01 * t * t))];
        double[] slopes = [.. Enumerable.Range(0, 10).SelectMany(i => Enumerable.Range(0, i).Select(j => (values[i] - values[j]) / (times[i] - times[j]))).Order()];

        Assert.Equal(slopes[8], Fit(times, values, 0.99).LowerSlope, 12);
    }

    [Fact]
    public void Fit_WearThatGathersPace_SurelyRises()
    {
        var random = new Random(5);
        double[] times = [.. Enumerable.Range(0, 84).Select(i => i / 6.0)];

        Assert.InRange(Fit(times, [.. times.Select(t => 1 + (0.05 * Math.Exp(t / 4)) + (0.05 * Normal(random)))], 0.999).LowerSlope, 0.02, 0.1);
    }

    [Fact]
    public void Fit_OneWildValue_HardlyMoves()
    {
        double[] times = [.. Enumerable.Range(0, 40).Select(i => (double)i)], values = [.. times.Select(t => 2 + (0.1 * t))];
        values[20] = 1e6;

        TrendLine line = Fit(times, values, 0.999);

        Assert.Equal(0.1, line.Slope, 6);
        Assert.InRange(line.LowerSlope, 0.09, 0.1);
        Assert.Equal(5.9, line.Level, 6);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(2)]
    public void Fit_TooFewValues_IsSureOfNothing(int count)
    {
        double[] times = [.. Enumerable.Range(0, count).Select(i => (double)i)];

        Assert.Equal(double.NegativeInfinity, Fit(times, times, 0.9).LowerSlope);
    }

    /// <summary>How often a series without a trend is taken to rise: at most about as often as stated where values are independent, and not much more where they are not.</summary>
    [Theory]
    [InlineData(0.0, 0.012)]
    [InlineData(0.3, 0.03)]
    [InlineData(0.5, 0.04)]
    public void Fit_NoTrend_IsRarelyTakenForOne(double memory, double atMost)
    {
        const int Draws = 3000, Points = 84;
        var random = new Random(11);
        double[] times = [.. Enumerable.Range(0, Points).Select(i => i / 6.0)], values = new double[Points];
        int rising = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            double state = Normal(random);
            for (int i = 0; i < Points; i++)
            {
                state = (memory * state) + (Math.Sqrt(1 - (memory * memory)) * Normal(random));
                values[i] = state;
            }

            rising += Fit(times, values, 0.99).LowerSlope > 0 ? 1 : 0;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory {memory}: {100.0 * rising / Draws:F2} % of {Draws} series at 99 % confidence"));
        Assert.InRange(rising / (double)Draws, 0, atMost);
    }

    internal static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static TrendLine Fit(double[] times, double[] values, double confidence) =>
        TrendLine.Fit(times, values, confidence, new double[TrendLine.ScratchLength(times.Length)]);
}
