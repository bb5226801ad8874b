using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Tests.Filters;

public sealed class FirDecimatorTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(64)]
    public void Taps_AnyFactor_MeetTheStatedResponse(int factor)
    {
        FirDecimator filter = new(factor);
        double nyquist = 0.5 / factor;

        for (int i = 0; i <= 400; i++)
        {
            double pass = Response(filter.Taps, 0.8 * nyquist * i / 400);
            Assert.InRange(20 * Math.Log10(pass), -0.001, 0.001);
            double stop = Response(filter.Taps, nyquist + ((0.5 - nyquist) * i / 400));
            Assert.True(20 * Math.Log10(stop) <= -80, $"{20 * Math.Log10(stop):F1} dB at step {i}");
        }
    }

    [Fact]
    public void Process_InputCutAnyhow_GivesTheSameBits()
    {
        Gen<(int Factor, int Length, int Seed)> cases =
            from factor in Gen.Choose(1, 12)
            from length in Gen.Choose(0, 5000)
            from seed in Gen.Choose(0, 1_000_000)
            select (factor, length, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            float[] input = Signals.Noise(chosen.Length, chosen.Seed);
            FirDecimator whole = new(chosen.Factor);
            float[] expected = new float[whole.OutputLength(input.Length)];
            int all = whole.Process(input, expected);

            FirDecimator cut = new(chosen.Factor);
            List<float> pieces = [];
            Random random = new(chosen.Seed);
            for (int at = 0; at < input.Length;)
            {
                int count = Math.Min(input.Length - at, random.Next(0, 900));
                float[] output = new float[cut.OutputLength(count)];
                int written = cut.Process(input.AsSpan(at, count), output);
                Assert.Equal(output.Length, written);
                pieces.AddRange(output);
                at += count;
            }

            return all == expected.Length && expected.AsSpan().SequenceEqual(pieces.ToArray());
        }));
    }

    [Theory]
    [InlineData(0, 4, 0)]
    [InlineData(1, 4, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(5, 4, 2)]
    [InlineData(243938, 4, 60985)]
    [InlineData(7, 1, 7)]
    public void Decimate_AnyLength_GivesCeilingOfLengthOverFactor(int length, int factor, int expected) =>
        Assert.Equal(expected, FirDecimator.Decimate(new float[length], factor).Length);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Decimate_SlowSine_IsThatSineAtTheInputsInstants(int factor)
    {
        float[] input = Signals.Sine(12000, 200, amplitude: 2, phase: 0.3);

        float[] output = FirDecimator.Decimate(input, factor);

        int edge = new FirDecimator(factor).DelayOutputs;
        for (int j = edge; j < output.Length - edge; j++)
        {
            Assert.Equal(input[j * factor], output[j], 1e-4f);
        }
    }

    [Fact]
    public void Decimate_ToneAboveNewNyquist_IsGone()
    {
        // 0.125 cycles a sample is the new Nyquist frequency of factor 4; 0.13 would fold to 0.12.
        float[] input = Signals.Sine(20000, 0.13 * 20000);

        float[] output = FirDecimator.Decimate(input, 4);

        int edge = new FirDecimator(4).DelayOutputs;
        Assert.True(output[edge..^edge].Max(MathF.Abs) < 1e-4f);
    }

    [Fact]
    public void Decimate_FactorOne_Copies()
    {
        float[] input = Signals.Noise(100, 1);

        Assert.Equal(input, FirDecimator.Decimate(input, 1));
    }

    [Fact]
    public void Process_Impulse_ArrivesAfterTheStatedDelay()
    {
        FirDecimator filter = new(5);
        float[] input = new float[2000];
        input[100] = 1;
        float[] output = new float[filter.OutputLength(2000)];

        filter.Process(input, output);

        Assert.Equal((100 / 5) + filter.DelayOutputs, Array.IndexOf(output, output.Max()));
        Assert.Equal(filter.DelayInputs, 5 * filter.DelayOutputs);
    }

    [Fact]
    public void Reset_AfterUse_IsLikeNew()
    {
        FirDecimator used = new(3);
        used.Process(Signals.Noise(1000, 1), new float[400]);
        used.Reset();
        float[] input = Signals.Noise(500, 2);
        float[] actual = new float[167];
        float[] expected = new float[167];

        used.Process(input, actual);
        new FirDecimator(3).Process(input, expected);

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Process_ShortOutput_ThrowsAndTakesNothing()
    {
        FirDecimator filter = new(2);

        Assert.Throws<ArgumentOutOfRangeException>(() => filter.Process(new float[3], new float[1]));
        Assert.Equal(2, filter.OutputLength(3));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Process_BadSample_SpoilsTheOutputsThatTheTapsReach(float bad)
    {
        const int At = 1013;
        float[] input = Signals.Noise(4000, 1);
        FirDecimator spoiled = new(4);
        float[] clean = new float[1000];
        new FirDecimator(4).Process(input, clean);
        input[At] = bad;
        float[] output = new float[1000];

        spoiled.Process(input, output);

        int taps = spoiled.Taps.Length;
        Assert.All(Enumerable.Range(0, 1000), j => Assert.True(
            4 * j >= At && 4 * j < At + taps ? !float.IsFinite(output[j]) : output[j] == clean[j], $"output {j} is {output[j]}"));

        spoiled.Process([bad], output);
        spoiled.Reset();
        spoiled.Process([1f], output);
        Assert.True(float.IsFinite(output[0]));
    }

    [Fact]
    public void Process_NothingOrConstant_GivesNothingOrTheConstant()
    {
        FirDecimator filter = new(4);
        float[] output = new float[1000];

        Assert.Equal(0, filter.Process([], []));
        filter.Process([.. Enumerable.Repeat(2.5f, 4000)], output);
        Assert.All(output.Skip(2 * filter.DelayOutputs), value => Assert.Equal(2.5, value, 1e-3));
    }

    [Fact]
    public void Process_Warm_AllocatesNothing()
    {
        FirDecimator filter = new(4);
        float[] input = Signals.Noise(1000, 1);
        float[] output = new float[250];

        Assert.Equal(0, Allocations.WhenWarm(() => filter.Process(input, output)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void Constructor_FactorOutside_Throws(int factor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FirDecimator(factor));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1.2660658777520084)]
    [InlineData(8, 427.56411572180474)]
    public void BesselI0_KnownArguments_GiveKnownValues(double x, double expected) =>
        Assert.Equal(expected, KaiserLowPass.BesselI0(x), expected * 1e-14);

    private static double Response(ReadOnlySpan<float> taps, double frequency)
    {
        double re = 0;
        double im = 0;
        for (int i = 0; i < taps.Length; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * frequency * i);
            re += taps[i] * cos;
            im += taps[i] * sin;
        }

        return Math.Sqrt((re * re) + (im * im));
    }
}
