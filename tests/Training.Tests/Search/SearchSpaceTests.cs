using Thrum.Training.Search;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Search;

public sealed class SearchSpaceTests
{
    private static readonly TrialSetup Base = new(new TrainingOptions { Model = "" }, 32, 0);

    [Fact]
    public void Grid_ListsAndRanges_AreEveryCombinationInOrder()
    {
        var space = SearchSpace.Parse(["loss=mse|huber(0.5)", "learning-rate=1e-4..1e-2/3", "batch=16..64/3"]);
        Assert.Equal(["loss", "learning-rate", "batch"], space.Names);
        IReadOnlyList<SearchPoint> grid = space.Grid();
        Assert.Equal(18, grid.Count);
        Assert.Equal("loss=mse learning-rate=0.0001 batch=16", grid[0].ToString());
        Assert.Equal("loss=mse learning-rate=0.001 batch=32", grid[4].ToString());
        Assert.Equal("loss=huber(0.5) learning-rate=0.01 batch=64", grid[17].ToString());
    }

    [Fact]
    public void Random_SameSeed_GivesTheSamePointsAndNoneTwice()
    {
        var space = SearchSpace.Parse(["learning-rate=1e-4..1e-2", "window=16|32"]);
        SearchPoint[] points = [.. space.Random(200, 1)];
        Assert.Equal(points.Select(point => point.ToString()), space.Random(200, 1).Select(point => point.ToString()));
        Assert.NotEqual(points.Select(point => point.ToString()), space.Random(200, 2).Select(point => point.ToString()));
        Assert.Equal(200, points.DistinctBy(point => point.ToString()).Count());

        // Evenly in the logarithm: about half below the geometric mean.
        Assert.InRange(points.Count(point => double.Parse(point.Values[0], System.Globalization.CultureInfo.InvariantCulture) < 1e-3), 75, 125);
        Assert.Equal(2, SearchSpace.Parse(["window=16|32"]).Random(50, 1).Count);
    }

    [Fact]
    public void ApplyTo_EveryName_SetsItsOption()
    {
        string[] texts = ["model=dense:8-4-8", "loss=mae", "scale=2", "epochs=3", "batch=5", "optimiser=sgd:0.5", "learning-rate=0.01", "schedule=cosine", "clip-norm=2", "patience=4", "stop-on=lmse", "noise=mask:0.1", "seed=9", "window=8", "hop=2"];
        Assert.Equal(TrialSetup.Names, texts.Select(text => text.Split('=')[0]));
        TrialSetup found = SearchSpace.Parse(texts).Grid().Single().ApplyTo(Base);
        Assert.Equal(
            new TrialSetup(
                Base.Options with
                {
                    Model = "dense:8-4-8",
                    Loss = "mae",
                    LossScale = 2,
                    Epochs = 3,
                    BatchSize = 5,
                    Optimiser = "sgd:0.5",
                    LearningRate = 0.01,
                    Schedule = "cosine",
                    ClipNorm = 2,
                    Patience = 4,
                    StopOn = "lmse",
                    Noise = "mask:0.1",
                    Seed = 9,
                },
                8,
                2),
            found);
        Assert.Equal(("dense:64-32-8-32-64", 64), (SearchSpace.Parse(["window=64"]).Grid()[0].ApplyTo(Base).Options.Model, SearchSpace.Parse(["window=64"]).Grid()[0].ApplyTo(Base).HopSamples));
    }

    [Theory]
    [InlineData("depth=3")]
    [InlineData("loss")]
    [InlineData("loss=mse||mae")]
    [InlineData("learning-rate=0..1/3")]
    [InlineData("learning-rate=1e-2..1e-4/3")]
    public void Parse_WhatIsNone_SaysWhatIsExpected(string text) => Assert.Contains("expected", Assert.Throws<FormatException>(() => SearchSpace.Parse([text])).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_NothingOrTwice_IsRefused()
    {
        Assert.Throws<FormatException>(() => SearchSpace.Parse([]));
        Assert.Throws<FormatException>(() => SearchSpace.Parse(["seed=1|2", "seed=3"]));
        Assert.Throws<FormatException>(() => SearchSpace.Parse(["learning-rate=1e-4..1e-2"]).Grid());
    }

    [Fact]
    public void Parse_NoiseThatMoves_IsAListAndNoRange() =>
        Assert.Equal(["gaussian:0.3..0.1", "none"], SearchSpace.Parse(["noise=gaussian:0.3..0.1|none"]).Grid().Select(point => point.Values[0]));
}
