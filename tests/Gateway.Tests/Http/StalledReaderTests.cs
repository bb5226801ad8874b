using System.Text.Json;
using Thrum.Detector.Scores;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>
/// A hundred readers of the live state, one of which does not read, while a fleet scores twenty times a second. Alone in the process: it measures the memory of all.
/// </summary>
[CollectionDefinition(nameof(StalledReaderTests), DisableParallelization = true)]
[Collection(nameof(StalledReaderTests))]
[Trait("Category", "Integration")]
public sealed class StalledReaderTests(ITestOutputHelper output)
{
    private const int Readers = 99;
    private const int Axes = 300;
    private const int BatchesPerSecond = 20;
    private const int SecondsBefore = 45;
    private const int SecondsAfter = 45;
    private const int SmallestLargeObject = 85_000;

    private static readonly string[] Machines = [.. Enumerable.Range(0, Axes).Select(i => FormattableString.Invariant($"machine-{i}"))];
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>After this a further event is made for those who asked too late for the one before.</summary>
    private static readonly TimeSpan NextEvent = TimeSpan.FromMilliseconds(500);

    private readonly ManualTimeProvider _time = new();
    private long _written;

    [Fact]
    public async Task Live_OneOfAHundredStalls_OthersSeeEveryUpdateAndNothingIsKeptForIt()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false, time: _time);
        await WriteAsync(gateway);
        using FeedReader stalled = await FeedReader.OpenAsync(gateway.Server.Address!, token);
        FeedReader[] readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => FeedReader.OpenAsync(gateway.Server.Address!, token)));

        await RunAsync(gateway, readers, SecondsBefore, token);
        long before = LargeObjectBytes();
        await RunAsync(gateway, readers, SecondsAfter, token);
        long kept = (long)SecondsAfter * readers[0].Length, growth = 0;
        Assert.True(readers[0].Length > SmallestLargeObject, $"an event has {readers[0].Length} bytes");
        await Patience.UntilAsync(
            async () =>
            {
                // Readers that came late for an event have one each, until the next one, which they share again.
                await RunAsync(gateway, readers, 1, token);
                growth = LargeObjectBytes() - before;
                return growth < kept / 2;
            },
            () => $"what was made while one stalled, {kept} bytes, to be gone; {growth} bytes are there");

        // The one that stalled is behind by what it did not take, and is then told how everything stands by then.
        await ReachAsync([stalled], VersionOf(gateway), token);
        output.WriteLine($"The stalled reader got {stalled.Updates} updates, others {readers.Min(reader => reader.Updates)}; memory grew by {growth >> 10} KiB, one event has {readers[0].Length >> 10} KiB");
        Assert.InRange(stalled.Updates, 2, readers.Min(reader => reader.Updates) - SecondsAfter);
        Assert.All(readers, reader => Assert.InRange(reader.Updates, SecondsBefore + SecondsAfter, int.MaxValue));
        foreach (FeedReader reader in readers.Append(stalled))
        {
            JsonElement[] sensors = [.. reader.Sensors().Where(sensor => sensor.GetProperty("machine").GetString() != "pump")];
            Assert.Equal(Axes, sensors.Length);
            Assert.All(sensors, sensor => Assert.Equal(_written, sensor.GetProperty("windows").GetInt64()));
        }

        Array.ForEach(readers, reader => reader.Dispose());
    }

    /// <summary>
    /// What lives on the heap of large objects, where events are. The server's buffers are elsewhere: how many there are depends on how many readers are being sent to at
    /// the same moment.
    /// </summary>
    private static long LargeObjectBytes()
    {
        const int LargeObjects = 3;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        GCGenerationInfo heap = GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo[LargeObjects];
        return heap.SizeAfterBytes - heap.FragmentationAfterBytes;
    }

    /// <summary>The fleet goes on second by second; every reader has seen all of a second before the next one begins.</summary>
    private async Task RunAsync(TestGateway gateway, FeedReader[] readers, int seconds, CancellationToken token)
    {
        for (int second = 0; second < seconds; second++)
        {
            for (int i = 0; i < BatchesPerSecond; i++)
            {
                await WriteAsync(gateway);
            }

            await ReachAsync(readers, VersionOf(gateway), token);
        }
    }

    private async Task ReachAsync(FeedReader[] readers, long version, CancellationToken token)
    {
        Task all = Task.WhenAll(readers.Select(reader => reader.ReachAsync(version, token)));
        while (!all.IsCompleted)
        {
            // One event for all; whoever asked the feed too late for it takes the next one.
            await _time.WaitForTimerAsync(Second).WaitAsync(token);
            _time.Advance(Second);
            await Task.WhenAny(all, Task.Delay(NextEvent, token));
        }

        await all;
    }

    private static long VersionOf(TestGateway gateway) => gateway.Live.ChangeSince(long.MaxValue, 0).Version;

    private async Task WriteAsync(TestGateway gateway)
    {
        _written++;
        using ScoreBatch batch = gateway.Scores.Of(1, _written * 50_000_000, Machines);
        await gateway.Live.WriteAsync(batch, CancellationToken.None);
    }
}
