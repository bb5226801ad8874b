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

    [Fact]
    public void Process_Warm_AllocatesNothing()
    {
        RationalResampler resampler = new(3, 2);
        float[] input = Signals.Noise(1000, 1);
        float[] output = new float[1500];

        Assert.Equal(0, Allocations.WhenWarm(() => resampler.Process(input, output)));
    }
}
