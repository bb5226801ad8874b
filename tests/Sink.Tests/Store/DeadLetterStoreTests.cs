using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Stages;
using Thrum.Sink.Store;

namespace Thrum.Sink.Tests.Store;

public sealed class DeadLetterStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thrum-letters-").FullName;
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    private string FilePath => Path.Combine(_folder, "thrum.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TryAdd_Letters_AreReadBackNewestFirst()
    {
        await using (LocalStore store = await OpenAsync(new StoreOptions { Path = FilePath }))
        await using (var letters = new DeadLetterStore(store, _time))
        {
            Assert.True(letters.HasRoom);
            Assert.True(letters.TryAdd(Letter(1, "nonsense"u8.ToArray())));
            Assert.True(letters.TryAdd(Letter(2, [], bytes: 1000)));
        }

        IReadOnlyList<StoredDeadLetter> read = DeadLetterStore.Read(FilePath, DeadLetter.Message, 10);
        Assert.Equal([2L, 1L], read.Select(letter => letter.Id));
        Assert.Equal("nonsense"u8, read[1].Letter.Payload.Span);
        Assert.Equal(("v/m1", "badJson", "why", 1L, "time=5", true), (read[1].Letter.Source, read[1].Reason, read[1].Letter.Detail, read[1].Letter.ReceivedUnixNs, read[1].Letter.Properties, read[1].Letter.IsWhole));
        Assert.False(read[0].Letter.IsWhole);
        Assert.Equal(1, DeadLetterStore.Find(FilePath, 1)!.Id);
        Assert.Null(DeadLetterStore.Find(FilePath, 3));
        Assert.Empty(DeadLetterStore.Read(FilePath, "point", 10));
    }

    [Theory]
    [InlineData(10, 1 << 20, 10)]
    [InlineData(1000, 1000, 10)]
    [InlineData(1000, 1099, 10)]
    [InlineData(1000, 1, 0)]
    public async Task TryAdd_BeyondTheLimits_DropsTheOldest(int count, long bytes, int left)
    {
        await using (LocalStore store = await OpenAsync(new StoreOptions { Path = FilePath, DeadLetters = count, DeadLetterBytes = bytes }))
        await using (var letters = new DeadLetterStore(store, _time))
        {
            for (int i = 1; i <= 30; i++)
            {
                Assert.True(letters.TryAdd(Letter(i, new byte[100])));
            }
        }

        Assert.Equal(Enumerable.Range(31 - left, left).Reverse(), DeadLetterStore.Read(FilePath, null, 1000).Select(letter => (int)letter.Letter.ReceivedUnixNs));
    }

    [Fact]
    public async Task TryAdd_Flood_TakesABoundedNumberAndCountsTheRest()
    {
        await using LocalStore store = await OpenAsync(new StoreOptions { Path = FilePath });
        await using var letters = new DeadLetterStore(store, _time);
        int taken = Enumerable.Range(1, 10_000).Count(i => letters.TryAdd(Letter(i, [1])));
        // The clock stands still: one commit may have begun, the rest waits for the next second.
        Assert.InRange(taken, DeadLetterStore.QueueLetters, 2 * DeadLetterStore.QueueLetters);
        Assert.Equal(10_000 - taken, letters.Missed);
    }

    [Fact]
    public async Task TryAdd_SwitchedOff_TakesNone()
    {
        await using LocalStore store = await OpenAsync(new StoreOptions { Path = FilePath, DeadLetters = 0 });
        await using var letters = new DeadLetterStore(store, _time);
        Assert.False(letters.HasRoom);
        Assert.False(letters.TryAdd(Letter(1, [1])));
    }

    private static DeadLetter Letter(int i, byte[] payload, long? bytes = null) =>
        new(DeadLetter.Message, $"v/m{i}", DropReason.BadJson, "why", i, "time=5", bytes ?? payload.Length, payload);

    private Task<LocalStore> OpenAsync(StoreOptions options) => LocalStore.OpenAsync(options, _time, NullLogger<LocalStore>.Instance);
}
