using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Samples;
using Thrum.Ingest.Topics;

namespace Thrum.Ingest.Tests.Topics;

public sealed class TopicTableTests
{
    [Fact]
    public void TrySet_ManyTopics_BehavesAsADictionary() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(NonNull<string> Topic, int Value)[]>(),
            pairs =>
            {
                var table = new TopicTable<int>();
                Dictionary<string, int> expected = [];
                foreach ((NonNull<string> topic, int value) in pairs)
                {
                    // Hex, since lone surrogates would collapse in UTF-8.
                    string key = Convert.ToHexString(Encoding.Unicode.GetBytes(topic.Get));
                    expected[key] = value;
                    Assert.True(table.TrySet(Encoding.UTF8.GetBytes(key), value));
                }

                return table.Count == expected.Count
                    && expected.All(pair => table.TryGet(Encoding.UTF8.GetBytes(pair.Key), out int value) && value == pair.Value)
                    && !table.TryGet("absent"u8, out _);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void TrySet_Full_RefusesNewAndKeepsOld()
    {
        var table = new TopicTable<int>(maxEntries: 2);
        Assert.True(table.TrySet("a"u8, 1));
        Assert.True(table.TrySet("b"u8, 2));
        Assert.False(table.TrySet("c"u8, 3));
        Assert.True(table.TrySet("a"u8, 4));
        Assert.True(table.TryGet("a"u8, out int value));
        Assert.Equal(4, value);
        Assert.False(table.TryGet("c"u8, out _));
    }

    [Fact]
    public void TryGet_Hit_AllocatesNothing()
    {
        var table = new TopicTable<int>();
        Assert.True(table.TrySet("vibration/m1/s1/x"u8, 1));

        Assert.Equal(0, Allocations.WhenWarm(() => Assert.True(table.TryGet("vibration/m1/s1/x"u8, out _)), runs: 200));
    }

    [Theory]
    [InlineData("", 13758622647358405371)]
    [InlineData("m1", 507432940564641672)]
    [InlineData("vibration/m1/s1/x", 3798182265364407538)]
    public void StableHash_KnownText_NeverChanges(string text, ulong expected) => Assert.Equal(expected, StableHash.Of(text));

    [Fact]
    public void Shard_ManyMachines_SpreadsEvenly()
    {
        int[] counts = new int[8];
        for (int i = 0; i < 8000; i++)
        {
            counts[StableHash.Shard($"machine-{i}", counts.Length)]++;
        }

        // 1000 expected each, standard deviation 30: eight of them is certain enough.
        Assert.All(counts, count => Assert.InRange(count, 760, 1240));
    }
}
