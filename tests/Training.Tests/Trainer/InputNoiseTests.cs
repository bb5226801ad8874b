using Thrum.Training.Models;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

public sealed class InputNoiseTests
{
    private const int Window = 1000;
    private const int Rows = 20;

    // From 1 to 2, so that neither 0 nor an extreme occurs by itself often.
    private static readonly float[] Targets = [.. Enumerable.Range(0, Rows * Window).Select(i => 1 + (i % Window / (float)Window))];

    [Theory]
    [InlineData("gaussian:0.25", 0.25)]
    [InlineData("0.25", 0.25)]
    public void Apply_Gaussian_HasItsLevelEverywhere(string text, double level)
    {
        double[] noise = [.. Apply(text).Zip(Targets, (input, target) => (double)input - target)];
        Assert.Equal(0, noise.Average(), 5 * level / Math.Sqrt(noise.Length));
        Assert.Equal(level, Math.Sqrt(noise.Average(x => x * x)), 5 * level / Math.Sqrt(2.0 * noise.Length));
    }

    [Fact]
    public void Apply_Multiplicative_IsInProportionToTheValue()
    {
        double[] noise = [.. Apply("multiplicative:0.1").Zip(Targets, (input, target) => (input / (double)target) - 1)];
        Assert.Equal(0.1, Math.Sqrt(noise.Average(x => x * x)), 5 * 0.1 / Math.Sqrt(2.0 * noise.Length));
    }

    [Fact]
    public void Apply_Mask_PutsItsShareToZeroAndLeavesTheRest()
    {
        float[] inputs = Apply("mask:0.3");
        Assert.Equal(0.3, inputs.Count(x => x == 0) / (double)inputs.Length, 0.02);
        Assert.All(inputs.Zip(Targets), pair => Assert.True(pair.First == 0 || pair.First == pair.Second));
    }

    [Fact]
    public void Apply_SaltAndPepper_PutsHalfItsShareToEachExtreme()
    {
        float[] inputs = Apply("salt-pepper:0.2");
        float high = Targets.Max();
        Assert.Equal(0.1, inputs.Count(x => x == high) / (double)inputs.Length, 0.015);
        Assert.Equal(0.1, inputs.Count(x => x == 1) / (double)inputs.Length, 0.015);
        Assert.All(inputs.Zip(Targets), pair => Assert.True(pair.First is 1f || pair.First == high || pair.First == pair.Second));
    }

    [Fact]
    public void Level_OfASchedule_MovesLinearlyFromTheFirstEpochToTheLast()
    {
        InputNoise noise = Parse("gaussian:0.3..0.1");
        Assert.Equal([0.3, 0.25, 0.2, 0.15, 0.1], Enumerable.Range(1, 5).Select(epoch => Math.Round(noise.Level(epoch, 5), 12)));
        Assert.Equal(0.3, noise.Level(1, 1));
        Assert.True(Parse("mask:0..0.5").IsOn);
        Assert.False(Parse("none").IsOn);
        Assert.False(Parse("gaussian:0").IsOn);
    }

    [Theory]
    [InlineData("pink:0.1")]
    [InlineData("mask:1.1")]
    [InlineData("gaussian:11")]
    [InlineData("gaussian:0.1..0.2..0.3")]
    [InlineData("gaussian:0.1:0.2")]
    [InlineData("mask")]
    [InlineData("none:0.1")]
    [InlineData("-1")]
    [InlineData("")]
    public void TryParse_WhatIsNone_IsRefused(string text) => Assert.False(InputNoise.TryParse(text, out _, out _));

    private static float[] Apply(string text)
    {
        float[] inputs = new float[Targets.Length];
        InputNoise noise = Parse(text);
        noise.Apply(Targets, inputs, Window, noise.Level(1, 1), new SeededRandom(1));
        return inputs;
    }

    private static InputNoise Parse(string text) => InputNoise.TryParse(text, out InputNoise? noise, out string? fault) ? noise : throw new FormatException(fault);
}
