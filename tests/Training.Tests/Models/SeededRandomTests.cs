using Thrum.Training.Models;

namespace Thrum.Training.Tests.Models;

public sealed class SeededRandomTests
{
    [Fact]
    public void NextUInt64_FollowsTheReferenceSequence()
    {
        var random = new SeededRandom(42);
        string[] expected = [.. References.Read("splitmix64.json").EnumerateArray().Select(element => element.GetString()!)];
        Assert.All(expected, value => Assert.Equal(value, $"{random.NextUInt64()}"));
    }

    [Fact]
    public void NextInt_CoversTheRangeEvenly()
    {
        var random = new SeededRandom(1);
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++)
        {
            counts[random.NextInt(counts.Length)]++;
        }

        // Five standard deviations of a binomial count with n = 100,000, p = 0.1.
        Assert.All(counts, count => Assert.InRange(count, 10_000 - 475, 10_000 + 475));
    }

    [Fact]
    public void NextGaussian_HasMeanZeroAndVarianceOne()
    {
        var random = new SeededRandom(1);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian())];
        Assert.Equal(0, draws.Average(), 5 / Math.Sqrt(draws.Length));
        Assert.Equal(1, draws.Average(x => x * x), 5 * Math.Sqrt(2.0 / draws.Length));
        Assert.Equal(3, draws.Average(x => x * x * x * x), 5 * Math.Sqrt(96.0 / draws.Length));
        Assert.Equal(0, draws.Zip(draws.Skip(1)).Average(pair => pair.First * pair.Second), 5 / Math.Sqrt(draws.Length));
    }

    [Fact]
    public void Shuffle_KeepsAllItems()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        new SeededRandom(1).Shuffle(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
