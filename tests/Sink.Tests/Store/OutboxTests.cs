using System.Text;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

public sealed class OutboxTests : IAsyncLifetime
{
    private TemporaryStore _store = null!;

    public async ValueTask InitializeAsync() => _store = await TemporaryStore.OpenAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Peek_AppendedAndKept_InTheOrderOfTheirPlaces()
    {
        Outbox outbox = await OpenAsync("d");
        (long a, long b) = (outbox.NextSequence(), outbox.NextSequence());
        await outbox.AppendAsync(Body("c"), CancellationToken.None);
        await outbox.AppendAsync(Body("d"), CancellationToken.None);
        await outbox.KeepAsync([(a, Body("a")), (b, Body("b"))], CancellationToken.None);
        Assert.Equal("abcd", await DrainAsync(outbox));
    }

    [Fact]
    public async Task Keep_WhereACopyIs_TakesItsPlaceAndIsCountedOnce()
    {
        Outbox outbox = await OpenAsync("d");
        (long a, long b) = (outbox.NextSequence(), outbox.NextSequence());
        await outbox.CopyAsync([(a, Body("x")), (b, Body("y"))], CancellationToken.None);
        Assert.Equal(0, outbox.Rows);
        await outbox.RemoveCopyAsync(b, CancellationToken.None);
        await outbox.KeepAsync([(a, Body("a"))], CancellationToken.None);
        Assert.Equal(1, outbox.Rows);
        Assert.Equal("a", await DrainAsync(outbox));
    }

    [Fact]
    public async Task Peek_AfterReopen_OrderAndCountsStay()
    {
        Outbox outbox = await OpenAsync("d");
        await outbox.AppendAsync(Body("b"), CancellationToken.None);
        await outbox.AppendAsync(Body("c"), CancellationToken.None);
        await _store.ReopenAsync();
        outbox = await OpenAsync("d");
        Assert.Equal((2, 14, 2), (outbox.Rows, outbox.Points, outbox.Bytes));
        await outbox.AppendAsync(Body("d"), CancellationToken.None);
        Assert.Equal("bcd", await DrainAsync(outbox));
        Assert.Equal((0, 0, 0), (outbox.Rows, outbox.Points, outbox.Bytes));
    }

    [Fact]
    public async Task Append_Committed_SurvivesWithoutClosing()
    {
        Outbox outbox = await OpenAsync("d");
        await outbox.AppendAsync(Body("a"), CancellationToken.None);
        await using LocalStore copy = await _store.OpenCopyAsync();
        Assert.Equal("a", await DrainAsync(await copy.OpenOutboxAsync("d", 1, CancellationToken.None)));
    }

    [Fact]
    public async Task Peek_TwoDestinations_SeeTheirOwn()
    {
        Outbox first = await OpenAsync("first");
        Outbox second = await OpenAsync("second");
        await first.AppendAsync(Body("a"), CancellationToken.None);
        await second.AppendAsync(Body("x"), CancellationToken.None);
        await first.AppendAsync(Body("b"), CancellationToken.None);
        Assert.Equal("x", await DrainAsync(second));
        Assert.Equal("ab", await DrainAsync(first));
    }

    [Fact]
    public async Task DropOldest_MoreThanThere_KeepsTheFirst()
    {
        Outbox outbox = await OpenAsync("d");
        foreach (char c in "abcd")
        {
            await outbox.AppendAsync(Body(c.ToString()), CancellationToken.None);
        }

        Assert.Equal(2, await outbox.DropOldestAsync(2));
        Assert.Equal((2, 14, 2), (outbox.Rows, outbox.Points, outbox.Bytes));
        Assert.Equal("ad", await DrainAsync(outbox));
    }

    [Fact]
    public async Task HasRoom_BoundInBytes_TakesTheFirstWhateverItsSize()
    {
        Outbox outbox = await _store.Store.OpenOutboxAsync("d", 10, CancellationToken.None);
        Assert.True(outbox.HasRoom(11));
        await outbox.AppendAsync(Body("12345"), CancellationToken.None);
        Assert.True(outbox.HasRoom(5));
        Assert.False(outbox.HasRoom(6));
    }

    private static OutboxBody Body(string text) => new(Encoding.UTF8.GetBytes(text), 7, "id-" + text);

    private async Task<Outbox> OpenAsync(string destination) => await _store.Store.OpenOutboxAsync(destination, long.MaxValue, CancellationToken.None);

    private static async Task<string> DrainAsync(Outbox outbox)
    {
        StringBuilder text = new();
        while (await outbox.PeekAsync(CancellationToken.None) is { } row)
        {
            text.Append(Encoding.UTF8.GetString(row.Body));
            Assert.Equal(("id-" + Encoding.UTF8.GetString(row.Body), 7), (row.Identity, row.Points));
            await outbox.RemoveAsync(row, CancellationToken.None);
        }

        return text.ToString();
    }
}
