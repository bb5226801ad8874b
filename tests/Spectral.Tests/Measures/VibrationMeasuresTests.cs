using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Measures;

namespace Thrum.Spectral.Tests.Measures;

public sealed class VibrationMeasuresTests
{
    [Fact]
    public void Of_SineWithOffset_GivesTextbookValues()
    {
        float[] samples = [.. Signals.Sine(4000, 25, amplitude: 2).Select(x => x + 10)];

        VibrationMeasures measures = VibrationMeasures.Of(samples);

        Assert.Equal(10, measures.Mean, 1e-6);
        Assert.Equal(Math.Sqrt(2), measures.Rms, 1e-5);
        Assert.Equal(2, measures.Peak, 1e-5);
        Assert.Equal(4, measures.PeakToPeak, 1e-5);
        Assert.Equal(Math.Sqrt(2), measures.Crest, 1e-5);
        Assert.Equal(1.5, measures.Kurtosis, 1e-5);
    }

    [Fact]
    public void Of_SmallNumbers_EqualsHandCalculation()
    {
        // mean 2, deviations -1 -1 -1 3: m2 = 3, m4 = 21.
        VibrationMeasures measures = VibrationMeasures.Of([1, 1, 1, 5]);

        Assert.Equal(Math.Sqrt(3), measures.Rms, 1e-12);
        Assert.Equal(3, measures.Peak, 1e-12);
        Assert.Equal(4, measures.PeakToPeak, 1e-12);
        Assert.Equal(Math.Sqrt(3), measures.Crest, 1e-12);
        Assert.Equal(21.0 / 9, measures.Kurtosis, 1e-12);
    }

    [Fact]
    public void Of_LargeOffset_KeepsPrecision()
    {
        float[] samples = [.. Enumerable.Range(0, 100_000).Select(i => 30000f + (i % 2 == 0 ? 0.5f : -0.5f))];

        Assert.Equal(0.5, VibrationMeasures.Of(samples).Rms, 1e-9);
    }

    [Fact]
    public void Of_ShiftedAndScaled_ScalesRmsAndKeepsShape()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(8, 500).ToArbitrary(), length =>
        {
            float[] samples = Signals.Noise(length, length);
            VibrationMeasures plain = VibrationMeasures.Of(samples);
            VibrationMeasures moved = VibrationMeasures.Of([.. samples.Select(x => (-4 * x) + 1)]);
            return Math.Abs(moved.Rms - (4 * plain.Rms)) < 1e-5
                && Math.Abs(moved.Kurtosis - plain.Kurtosis) < 1e-4
                && Math.Abs(moved.Crest - plain.Crest) < 1e-4;
        }));
    }

    [Fact]
    public void Of_FlatSignal_HasNoShape()
    {
        VibrationMeasures measures = VibrationMeasures.Of([0.1f, 0.1f, 0.1f]);

        Assert.Equal(0, measures.Rms);
        Assert.True(double.IsNaN(measures.Crest));
        Assert.True(double.IsNaN(measures.Kurtosis));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Of_NonFiniteSample_IsNaN(float bad)
    {
        VibrationMeasures measures = VibrationMeasures.Of([1, bad, 2]);

        Assert.True(double.IsNaN(measures.Rms));
        Assert.True(double.IsNaN(measures.Peak));
        Assert.True(double.IsNaN(measures.Kurtosis));
    }

    [Fact]
    public void Of_Nothing_Throws() => Assert.Throws<ArgumentException>(() => VibrationMeasures.Of([]));

    [Fact]
    public void Of_LongSine_HasTheClosedFormRatios()
    {
        VibrationMeasures measures = VibrationMeasures.Of(Signals.Sine(100_000, 7, 3));

        Assert.Equal(Math.PI / (2 * Math.Sqrt(2)), measures.Shape, 1e-5);
        Assert.Equal(Math.PI / 2, measures.Impulse, 1e-5);
        Assert.Equal(1.7188, measures.Clearance, 1e-4);
        Assert.Equal(0, measures.Skewness, 1e-6);
    }

    [Fact]
    public void Of_FewSamples_HasSkewnessByDefinition()
    {
        // 1, 1, 1, 5: mean 2, m2 = 3, m3 = 6.
        Assert.Equal(6 / Math.Pow(3, 1.5), VibrationMeasures.Of([1, 1, 1, 5]).Skewness, 1e-12);
        Assert.True(double.IsNaN(VibrationMeasures.Of([2f, 2f]).Shape));
    }
}
