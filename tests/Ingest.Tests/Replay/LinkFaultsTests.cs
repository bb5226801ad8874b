using Thrum.Ingest.Replay;

namespace Thrum.Ingest.Tests.Replay;

public sealed class LinkFaultsTests
{
    private const int Blocks = 10_000;

    [Fact]
    public void Order_NoFaults_IsEveryBlockOnceInOrder() =>
        Assert.Equal(Enumerable.Range(5, 100).Select(block => (long)block), new LinkFaults().Order(5, 105));

    [Fact]
    public void Order_Drop_LosesThatShareAndNothingElse()
    {
        long[] arrived = [.. new LinkFaults { Drop = 0.2 }.Order(0, Blocks)];

        Assert.InRange(arrived.Length, 0.78 * Blocks, 0.82 * Blocks);
        Assert.Equal(arrived.Distinct().Order(), arrived);
    }

    [Fact]
    public void Order_Duplicate_RepeatsThatShareAtOnce()
    {
        long[] arrived = [.. new LinkFaults { Duplicate = 0.1 }.Order(0, Blocks)];

        Assert.InRange(arrived.Length, 1.08 * Blocks, 1.12 * Blocks);
        Assert.Equal(Enumerable.Range(0, Blocks).Select(block => (long)block), arrived.Distinct());
        Assert.Equal(arrived.Order(), arrived);
    }

    [Fact]
    public void Order_Reorder_SwapsNeighboursAndLosesNothing()
    {
        long[] arrived = [.. new LinkFaults { Reorder = 0.1 }.Order(0, Blocks)];

        Assert.Equal(Enumerable.Range(0, Blocks).Select(block => (long)block), arrived.Order());
        Assert.All(arrived.Select((block, i) => Math.Abs(block - i)), distance => Assert.InRange(distance, 0, 1));
        Assert.InRange(arrived.Where((block, i) => block < i).Count(), 0.07 * Blocks, 0.11 * Blocks);
    }

    [Fact]
    public void Order_SameSeed_RepeatsAndAnotherSeedDiffers()
    {
        var faults = new LinkFaults { Drop = 0.3, Duplicate = 0.3, Reorder = 0.3 };

        Assert.Equal(faults.Order(0, 256), faults.Order(0, 256));
        Assert.NotEqual(faults.Order(0, 256), (faults with { Seed = 2 }).Order(0, 256));
    }

    [Fact]
    public void Delay_Jitter_IsSpreadBelowIt()
    {
        var faults = new LinkFaults { Jitter = TimeSpan.FromSeconds(1) };
        double[] delays = [.. Enumerable.Range(0, Blocks).Select(block => faults.Delay(block).TotalSeconds)];

        Assert.All(delays, delay => Assert.InRange(delay, 0, 1));
        Assert.InRange(delays.Average(), 0.49, 0.51);
    }
}
