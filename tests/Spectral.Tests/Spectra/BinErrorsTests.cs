using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Spectra;

public sealed class BinErrorsTests
{
    private const int Window = 240;
    private const double Rate = 2400;
    private static readonly BinErrors Plan = new(Window, Rate);

    [Fact]
    public void Compute_TwoSignals_IsTheDifferenceOfTheirAmplitudesInEveryBin()
    {
        float[] y = Signals.Noise(Window, 1), other = Signals.Noise(Window, 2);

        float[] errors = Errors(y, other);

        Assert.Equal(121, errors.Length);
        for (int k = 0; k < errors.Length; k++)
        {
            Assert.Equal(Math.Abs(Signals.Amplitude(y, k) - Signals.Amplitude(other, k)), errors[k], 1e-6);
        }
    }

    [Theory]
    [InlineData(12, 12, BinUnit.Index, false, 12, 12)]
    [InlineData(3, 5, BinUnit.Index, true, 3, 5)]
    [InlineData(121, 121, BinUnit.Hertz, false, 12, 12)]
    [InlineData(120, 180, BinUnit.Hertz, true, 12, 18)]
    [InlineData(121, 179, BinUnit.Hertz, true, 13, 17)]
    [InlineData(3, 3, BinUnit.Order, false, 9, 9)]
    [InlineData(1, 2, BinUnit.Order, true, 3, 6)]
    public void TryResolve_PlaceOrBand_GivesItsBins(double from, double to, BinUnit unit, bool band, int first, int last)
    {
        BinRange range = band ? BinRange.Band(from, to, unit) : BinRange.At(from, unit);

        Assert.True(range.TryResolve(Window, Rate, 30, out (int, int) bins));
        Assert.Equal((first, last), bins);
    }

    [Theory]
    [InlineData(121, 121, BinUnit.Index, false)]
    [InlineData(-1, -1, BinUnit.Index, false)]
    [InlineData(1206, 1300, BinUnit.Hertz, true)]
    [InlineData(121, 124, BinUnit.Hertz, true)]
    [InlineData(5, 4, BinUnit.Index, true)]
    [InlineData(50, 50, BinUnit.Order, false)]
    [InlineData(double.NaN, 4, BinUnit.Hertz, true)]
    public void TryResolve_NoSuchBin_IsFalse(double from, double to, BinUnit unit, bool band) =>
        Assert.False(new BinRange(from, to, unit, band).TryResolve(Window, Rate, 30, out _));

    [Fact]
    public void TryResolve_OrderWithoutSpeed_IsFalse() =>
        Assert.False(BinRange.At(1, BinUnit.Order).TryResolve(Window, Rate, double.NaN, out _));

    [Fact]
    public void Mean_RangesThatOverlap_CountsEachBinOnce()
    {
        float[] errors = [.. Enumerable.Range(0, 121).Select(k => (float)k)];
        BinRange[] ranges = [BinRange.Band(2, 4, BinUnit.Index), BinRange.At(40, BinUnit.Hertz), BinRange.At(3, BinUnit.Order), BinRange.At(999, BinUnit.Index)];

        Assert.Equal((2 + 3 + 4 + 9) / 4.0, Plan.Mean(errors, ranges, 30));
        Assert.Equal(3, Plan.Mean(errors, ranges.AsSpan(0, 2), 30));
        Assert.True(double.IsNaN(Plan.Mean(errors, [], 30)));
    }

    [Fact]
    public void Greatest_Errors_AreOrderedAndNaNIsNone()
    {
        int[] bins = new int[3];

        Assert.Equal(3, BinErrors.Greatest([1, 5, 2, 5, 9], bins));
        Assert.Equal([4, 1, 3], bins);
        Assert.Equal(1, BinErrors.Greatest([7], bins));
        Assert.Equal(0, BinErrors.Greatest([float.NaN, float.NaN], bins));
        Assert.Equal(0, BinErrors.Greatest([1], []));
    }

    [Fact]
    public void Compute_Warm_AllocatesNothing()
    {
        float[] y = Signals.Noise(Window, 1), errors = new float[Plan.BinCount], scratch = new float[Plan.ScratchLength];
        BinRange[] ranges = [BinRange.Band(1, 3, BinUnit.Order)];
        double sum = 0;

        Assert.Equal(0, Allocations.WhenWarm(() =>
        {
            Plan.Compute(y, y, errors, scratch);
            sum += Plan.Mean(errors, ranges, 30);
        }));
    }

    [Fact]
    public void Compute_NotFinite_IsNaN()
    {
        float[] y = Signals.Noise(Window, 1);
        float[] bad = [.. y];
        bad[5] = float.PositiveInfinity;

        Assert.All(Errors(y, bad), error => Assert.True(float.IsNaN(error)));
    }

    private static float[] Errors(float[] y, float[] reconstruction)
    {
        float[] errors = new float[Plan.BinCount];
        Plan.Compute(y, reconstruction, errors, new float[Plan.ScratchLength]);
        return errors;
    }
}
