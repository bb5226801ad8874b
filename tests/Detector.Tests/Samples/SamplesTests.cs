using System.Text;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Tests.Samples;

public sealed class SamplesTests
{
    [Theory]
    [InlineData("", 0xbef07266c6713afb)]
    [InlineData("a", 0x70ba325ca4294182)]
    [InlineData("foobar", 0x2fb0176017c00214)]
    [InlineData("vibration/pump-1", 0x3eb98f3966bde4be)]
    public void Of_Text_NeverChanges(string text, ulong hash)
    {
        // Shards, and what is kept by shard, rest on these values: computed by a second implementation, in Python.
        Assert.Equal(hash, StableHash.Of(text));
        Assert.Equal(hash, StableHash.Of(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Resolve_SameAxis_GivesTheSameHandleAndOneShardPerMachine()
    {
        var registry = new StreamRegistry(5);
        AxisStream[] streams = [.. Enumerable.Range(0, 200).Select(i => registry.Resolve(new AxisId($"m{i / 4}", $"s{i % 2}", $"a{i % 4}")))];

        Assert.Equal(Enumerable.Range(0, 200), streams.Select(stream => stream.Slot));
        Assert.Same(streams[7], registry.Resolve(streams[7].Id));
        Assert.Equal(streams, registry.Snapshot());
        Assert.All(streams.GroupBy(stream => stream.Id.Machine), machine => Assert.Single(machine.Select(stream => stream.Shard).Distinct()));
        Assert.Equal(5, streams.Select(stream => stream.Shard).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamRegistry(0));
    }

    [Fact]
    public void Append_Blocks_SliceTheBatchUntilItIsFull()
    {
        var pool = new SampleBatchPool(samplesPerBatch: 10, blocksPerBatch: 3);
        AxisStream stream = new StreamRegistry(1).Resolve(new AxisId("m", "s", "a"));
        using SampleBatch batch = pool.Rent();
        Assert.True(batch.IsEmpty);

        batch.FreeSpan()[..4].Fill(1);
        batch.Append(stream, TimeSource.Counted, 5, 100, 4);
        batch.FreeSpan()[..6].Fill(2);
        Assert.Throws<InvalidOperationException>(() => batch.Append(stream, TimeSource.Counted, 5, 100, 7));
        batch.Append(stream, TimeSource.Counted, 6, 100, 6);

        Assert.Equal((0, 1), (batch.FreeSamples, batch.FreeBlocks));
        Assert.Equal([1, 1, 1, 1], batch.Samples(batch.Blocks[0]).ToArray());
        Assert.Equal([2, 2, 2, 2, 2, 2], batch.Samples(batch.Blocks[1]).ToArray());
    }

    [Fact]
    public void Rent_AfterReturn_GivesACleanBatchAndCountsOwners()
    {
        var pool = new SampleBatchPool(samplesPerBatch: 10, blocksPerBatch: 3);
        SampleBatch usual = pool.Rent(), huge = pool.Rent(11);
        Assert.True(huge.FreeSamples >= 11);
        Assert.Equal(2, pool.Rented);
        usual.Append(new StreamRegistry(1).Resolve(default(AxisId) with { Machine = "m" }), TimeSource.Counted, 0, 1, 3);
        usual.ReceivedTimestamp = 3;

        usual.Dispose();
        usual.Dispose();
        huge.Dispose();

        Assert.Equal(0, pool.Rented);
        SampleBatch again = pool.Rent();
        Assert.Same(usual, again);
        Assert.Equal((true, 10, 0L), (again.IsEmpty, again.FreeSamples, again.ReceivedTimestamp));
        Assert.NotSame(huge, pool.Rent());
    }
}
