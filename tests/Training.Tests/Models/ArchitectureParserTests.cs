using Thrum.Training.Models;

namespace Thrum.Training.Tests.Models;

public sealed class ArchitectureParserTests
{
    [Theory]
    [InlineData("dense:256-128-32-128-256", 256, 74_272)]
    [InlineData("dense:4-2-4,tanh", 4, 22)]
    [InlineData("dense:4-2-4,relu", 4, 22)]
    [InlineData("dense:4-2-4,sigmoid", 4, 22)]
    public void TryParse_OfDescription_GivesWindowAndParameters(string text, int window, int parameters)
    {
        Architecture architecture = Parse(text);
        Assert.Equal("dense", architecture.Kind);
        Assert.Equal(window, architecture.WindowSamples);
        Assert.Equal(parameters, architecture.ParameterCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("dense")]
    [InlineData("dense:")]
    [InlineData("transformer:4-2-4")]
    [InlineData("dense:4-4")]
    [InlineData("dense:4-2-5")]
    [InlineData("dense:4-0-4")]
    [InlineData("dense:4--2-4")]
    [InlineData("dense:4-2-4,softmax")]
    [InlineData("dense:4-2-4,relu,tanh")]
    [InlineData("dense:4-99999999999-4")]
    public void TryParse_OfFault_QuotesTheTextAndSaysWhatIsExpected(string text)
    {
        Assert.False(ArchitectureParser.TryParse(text, out _, out string? fault));
        Assert.StartsWith($"Model is '{text}'", fault, StringComparison.Ordinal);
        Assert.Contains("expected dense:<window>", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Initial_IsWithinBoundsAndFollowsTheSeed()
    {
        Architecture architecture = Parse("dense:64-32-64");
        float[] first = FlatParameters.Initial(architecture, SeededRandom.For(1, 0, RandomPurpose.Weights));
        Assert.Equal(first, FlatParameters.Initial(architecture, SeededRandom.For(1, 0, RandomPurpose.Weights)));
        Assert.NotEqual(first, FlatParameters.Initial(architecture, SeededRandom.For(1, 1, RandomPurpose.Weights)));

        double he = Math.Sqrt(6.0 / 64);
        float[] firstWeight = first[..(64 * 32)];
        Assert.All(firstWeight, weight => Assert.InRange(weight, -he, he));
        Assert.Equal(2.0 / 64, firstWeight.Average(weight => weight * weight), 0.1 * 2.0 / 64);
        Assert.All(first[(64 * 32)..((64 * 32) + 32)], bias => Assert.Equal(0, bias));
        double glorot = Math.Sqrt(6.0 / 96);
        Assert.All(first[((64 * 32) + 32)..^64], weight => Assert.InRange(weight, -glorot, glorot));
    }

    internal static Architecture Parse(string text) =>
        ArchitectureParser.TryParse(text, out Architecture? architecture, out string? fault) ? architecture : throw new ArgumentException(fault);
}
