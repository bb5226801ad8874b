using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Tests.Filters;

public sealed class RationalResamplerTests
{
    [Fact]
    public void Resample_SameTaps_EqualsSciPy()
    {
        float[] samples = References.Noise(32, 500);
        foreach (JsonElement expected in References.Read("resampled.json").EnumerateArray())
        {
            float[] actual = RationalResampler.Resample(samples, expected.Int("up"), expected.Int("down"));

            // Taps and sums are float32: a few units in the last place of the largest terms.
            References.AssertClose(expected.Doubles("samples"), actual, 1e-5, 1e-6);
        }
    }

    [Fact]
    public void Process_InputCutAnyhow_GivesTheSameBits()
    {
        Gen<(int Up, int Down, int Length, int Seed)> cases =
            from up in Gen.Choose(1, 9)
            from down in Gen.Choose(1, 9)
            from length in Gen.Choose(0, 2000)
            from seed in Gen.Choose(0, 1_000_000)
            select (up, down, length, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            float[] input = Signals.Noise(chosen.Length, chosen.Seed);
            RationalResampler whole = new(chosen.Up, chosen.Down);
            float[] expected = new float[whole.OutputLength(input.Length)];
            int all = whole.Process(input, expected);
            RationalResampler cut = new(chosen.Up, chosen.Down);
            List<float> pieces = [];
            Random random = new(chosen.Seed);
            for (int at = 0; at < input.Length;)
            {
                int count = Math.Min(input.Length - at, random.Next(0, 900));
                float[] output = new float[cut.OutputLength(count)];
                Assert.Equal(output.Length, cut.Process(input.AsSpan(at, count), output));
                pieces.AddRange(output);
                at += count;
            }

            return all == expected.Length && expected.AsSpan().SequenceEqual(pieces.ToArray());
        }));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(2, 3)]
    [InlineData(147, 160)]
    public void Resample_SlowSine_IsThatSineAtTheNewInstants(int up, int down)
    {
        float[] input = Signals.Sine(4000, 100, phase: 0.3);

        float[] output = RationalResampler.Resample(input, up, down);

        int edge = new RationalResampler(up, down).DelayOutputs;
        for (int j = edge; j < output.Length - edge; j++)
        {
            double time = (double)j * down / up;
            Assert.Equal(Math.Sin((2 * Math.PI * 100 * time / 4000) + 0.3), output[j], 1.5e-4);
        }
    }

    [Fact]
    public void Constructor_CommonDivisor_IsTakenOut()
    {
        RationalResampler resampler = new(48000, 44100);

        Assert.Equal((160, 147), (resampler.Up, resampler.Down));
        Assert.Empty(RationalResampler.Resample([], 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RationalResampler(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RationalResampler(1, 1025));
    }

    [Theory]
    [InlineData(3, 2, float.NaN)]
    [InlineData(2, 3, float.NegativeInfinity)]
    [InlineData(1, 1, float.NaN)]
    public void Process_BadSample_SpoilsTheOutputsThatTheTapsReach(int up, int down, float bad)
    {
        const int At = 1013;
        float[] input = Signals.Noise(4000, 1);
        RationalResampler spoiled = new(up, down);
        float[] clean = new float[spoiled.OutputLength(4000)];
        float[] output = new float[clean.Length];
        new RationalResampler(up, down).Process(input, clean);
        input[At] = bad;

        spoiled.Process(input, output);

        // An output at j·down/up sees the inputs up to there, as many as the longest phase has taps.
        int taps = (int)Math.Ceiling(((2.0 * spoiled.DelayOutputs * down) + 1) / up);
        Assert.All(Enumerable.Range(0, output.Length), j => Assert.True(
            j * down / up is int newest && newest >= At && newest < At + taps ? !float.IsFinite(output[j]) : output[j] == clean[j],
            $"output {j} is {output[j]}"));

        spoiled.Process([bad], output);
        spoiled.Reset();
        Assert.Equal(1 + ((up - 1) / down), spoiled.Process([1f], output));
        Assert.True(float.IsFinite(output[0]));
    }

    [Fact]
    public void Process_NothingOrConstant_GivesNothingOrTheConstant()
    {
        RationalResampler resampler = new(3, 2);
        float[] output = new float[6000];

        Assert.Equal(0, resampler.Process([], []));
        resampler.Process([.. Enumerable.Repeat(2.5f, 4000)], output);
        Assert.All(output.Skip(2 * resampler.DelayOutputs), value => Assert.Equal(2.5, value, 1e-3));
    }

    [Fact]
    public void Process_Warm_AllocatesNothing()
    {
        RationalResampler resampler = new(3, 2);
        float[] input = Signals.Noise(1000, 1);
        float[] output = new float[1500];

        Assert.Equal(0, Allocations.WhenWarm(() => resampler.Process(input, output)));
    }
}
