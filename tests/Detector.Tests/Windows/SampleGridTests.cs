using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

public sealed class SampleGridTests
{
    private const long Origin = 1_763_769_600_000_000_001;

    private static readonly Gen<long> Microhertz = Gen.OneOf(
        Gen.Choose(1, 1_000_000_000).Select(hertz => hertz * 1_000_000L),
        Gen.Choose(1, int.MaxValue).Select(microhertz => (long)microhertz),
        Gen.Elements(1L, 97_656_250, 333_333_333_333, 12_000_000_000, 999_999_999_999_999));

    private static readonly Gen<long> Indices = Gen.OneOf(
        Gen.Choose(-1000, 1000).Select(i => (long)i), Gen.Choose(0, int.MaxValue).Select(i => (long)i), Gen.Constant(1_000_000_000L));

    [Fact]
    public void TimeOf_AnyRate_EqualsRationalArithmeticRoundedOnce() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Microhertz.ToArbitrary(), Indices.ToArbitrary(), (microhertz, index) =>
        {
            BigInteger exact = Origin + RoundedQuotient(new BigInteger(index) * 1_000_000_000_000_000, microhertz);
            if (exact >= long.MinValue && exact <= long.MaxValue)
            {
                Assert.Equal((long)exact, new SampleGrid(Origin, microhertz / 1e6).TimeOf(index));
            }
        }));

    [Fact]
    public void NearestIndex_AnyRate_EqualsRationalArithmetic() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            Microhertz.ToArbitrary(), Gen.Choose(int.MinValue, int.MaxValue).Select(x => x * 1_000L).ToArbitrary(), (microhertz, offset) =>
            {
                BigInteger exact = RoundedQuotient(new BigInteger(offset) * microhertz, 1_000_000_000_000_000);
                Assert.Equal((long)exact, new SampleGrid(Origin, microhertz / 1e6).NearestIndex(Origin + offset));
            }));

    [Theory]
    [InlineData(12_000)]
    [InlineData(44_100)]
    [InlineData(25_600)]
    [InlineData(97.65625)]
    [InlineData(333_333.333333)]
    public void TimeOf_OverABillionSamples_DoesNotDriftAndComesBack(double rateHz)
    {
        var grid = new SampleGrid(Origin, rateHz);
        for (long index = 0; index <= 1_000_000_000; index += 999_983)
        {
            long time = grid.TimeOf(index);
            decimal exact = Origin + (index * 1_000_000_000m / (decimal)rateHz);
            Assert.True(Math.Abs(time - exact) <= 0.5m, $"sample {index} is at {time}, expected {exact}");
            Assert.Equal(index, grid.NearestIndex(time));
        }
    }

    /// <summary>Rounded to the nearest, halves away from zero.</summary>
    private static BigInteger RoundedQuotient(BigInteger numerator, BigInteger denominator)
    {
        BigInteger magnitude = ((2 * BigInteger.Abs(numerator)) + denominator) / (2 * denominator);
        return numerator.Sign < 0 ? -magnitude : magnitude;
    }
}
