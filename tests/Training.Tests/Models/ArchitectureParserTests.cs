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
    [InlineData("", "'' is no kind of network; expected dense, conv1d, conv2d or lstm, such as dense:")]
    [InlineData("foo", "'foo' is no kind of network; expected dense, conv1d, conv2d or lstm")]
    [InlineData("transformer:4-2-4", "'transformer' is no kind of network")]
    [InlineData("dense", "expected dense:<window>")]
    [InlineData("dense:", "expected dense:<window>")]
    [InlineData("dense:4-4", "expected dense:<window>")]
    [InlineData("dense:4-2-5", "expected dense:<window>")]
    [InlineData("dense:4-0-4", "'0' is no size between 1 and 1048576; expected dense:<window>")]
    [InlineData("dense:4--2-4", "expected dense:<window>")]
    [InlineData("dense:4-2-4,softmax", "'softmax' is no option; expected options of dense: relu, leaky")]
    [InlineData("dense:4-2-4,relu,tanh", "'tanh' is a second activation; expected options of dense: relu")]
    [InlineData("dense:4-99999999999-4", "expected dense:<window>")]
    [InlineData("dense:1048576-1048576-1048576", "makes more weights than can be counted; expected at most 2147483647")]
    [InlineData("dense:4-3-2-4,tied", "expected dense:<window>")]
    [InlineData("dense:4-2-4,dropout=1", "expected options of dense: relu")]
    [InlineData("dense:4-2-4,kernel=3", "dense takes no kernel; expected options of dense: relu")]
    [InlineData("dense:4-2-4/2", "expected dense:<window>")]
    [InlineData("conv2d:28-16", "expected conv2d:[<planes>x]<height>x<width>")]
    [InlineData("conv2d:28x28", "expected conv2d:[<planes>x]<height>x<width>")]
    [InlineData("conv1d:24-4/2/2", "expected conv1d:[<axes>x]<window>")]
    [InlineData("conv1d:24-4,kernel=99", "kernel=<size>, stride=<at most the kernel>")]
    [InlineData("conv1d:24-4,kernel=4,stride=5", "stride=5 with kernel=4 would leave samples that no kernel sees; expected a stride of at most the kernel")]
    [InlineData("conv2d:8x8-4,kernel=1", "stride=2 with kernel=1 would leave samples")]
    [InlineData("lstm:16x16-32,tied", "lstm takes no tied; expected options of lstm: out=")]
    [InlineData("lstm:256-32", "expected lstm:<steps>x<values>-<hidden>")]
    public void TryParse_OfFault_QuotesTheTextAndTellsTheFormOfWhatIsWrongAlone(string text, string expected)
    {
        Assert.False(ArchitectureParser.TryParse(text, out _, out string? fault));
        Assert.StartsWith($"Model is '{text}'", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.InRange(fault.Length, 1, 260);
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
