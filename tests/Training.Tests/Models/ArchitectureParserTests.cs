using Thrum.Training.Models;

namespace Thrum.Training.Tests.Models;

public sealed class ArchitectureParserTests
{
    [Theory]
    [InlineData("dense:256-128-32-128-256", 256, 74_272)]
    [InlineData("dense:4-2-4,tanh", 4, 22)]
    [InlineData("dense:4-2-4,relu", 4, 22)]
    [InlineData("dense:4-2-4,sigmoid", 4, 22)]
    [InlineData("dense:4-2-4,tied,out=sigmoid", 4, 14)]
    [InlineData("dense:4-2-4,leaky,batchnorm,dropout=0.1", 4, 30)]
    [InlineData("conv2d:28x28-16-32-64/64,out=sigmoid", 784, 178_689)]
    [InlineData("conv2d:1x28x28-16-32-64/64,tied", 784, 89_969)]
    [InlineData("conv1d:2x24-4-6,elu,kernel=5,stride=3", 48, 336)]
    [InlineData("conv1d:24-4,layernorm", 24, 37)]
    [InlineData("lstm:16x16-32", 256, 15_376)]
    public void TryParse_OfDescription_GivesWindowAndParameters(string text, int window, int parameters)
    {
        Architecture architecture = Parse(text);
        Assert.Equal(text[..text.IndexOf(':', StringComparison.Ordinal)], architecture.Kind);
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
    [InlineData("dense:4-3-2-4,tied")]
    [InlineData("dense:4-2-4,dropout=1")]
    [InlineData("dense:4-2-4,kernel=3")]
    [InlineData("dense:4-2-4/2")]
    [InlineData("conv2d:28-16")]
    [InlineData("conv2d:28x28")]
    [InlineData("conv1d:24-4/2/2")]
    [InlineData("conv1d:24-4,kernel=99")]
    [InlineData("lstm:16x16-32,tied")]
    [InlineData("lstm:256-32")]
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
