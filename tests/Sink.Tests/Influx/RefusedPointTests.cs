using System.Text;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Sink.Influx;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Influx;

/// <summary>Points that a database refuses are found, kept, and hold up nobody.</summary>
public sealed class RefusedPointTests : IAsyncLifetime
{
    private readonly Given _given = new();
    private readonly ListLogger<InfluxDestination> _log = new();
    private WebhookReceiver _server = null!;
    private TemporaryStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await WebhookReceiver.StartAsync();
        _store = await TemporaryStore.OpenAsync(new StoreOptions { DeadLetterBytes = 1 << 20 });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Send_OnePoisonPointIn5000_CostsTheBisectingOnlyAndIsKept()
    {
        _server.Respond = request => Lines(request).Any(line => line.Contains(",score=3141,", StringComparison.Ordinal)) ? Unparsable : ScriptedReply.NoContent;
        await SendAsync(5000);

        // One whole body, and at each of the 13 levels below it at most two halves.
        Assert.InRange(_server.Requests.Count, 14, 27);
        string[] accepted = [.. _server.Requests.Select(Lines).Where(lines => lines.Count == 0 || !lines.Any(line => line.Contains(",score=3141,", StringComparison.Ordinal))).SelectMany(lines => lines)];
        Assert.Equal(4999, accepted.Distinct().Count());
        StoredDeadLetter letter = Assert.Single(Letters());
        Assert.Equal(("influx", "refused", "400: unable to parse"), (letter.Letter.Source, letter.Reason, letter.Letter.Detail));
        Assert.Contains(",score=3141,", Text(letter), StringComparison.Ordinal);
        Assert.True(letter.Letter.IsWhole);
    }

    [Fact]
    public async Task Send_NeighboursRefused_AreOneLetter()
    {
        _server.Respond = request => Lines(request).Any(IsFrom40To59) ? Unparsable : ScriptedReply.NoContent;
        await SendAsync(100);
        Assert.Equal(20, Text(Assert.Single(Letters())).Count(c => c == '\n'));
        Assert.Equal(1, _log.CountOf(EventIds.PointsRefused));
    }

    [Fact]
    public async Task Send_AllOfManyRefused_KeepsWholeLinesInLettersThatFit()
    {
        _server.Respond = _ => new ScriptedReply(400, """{"error":"partial write: points beyond retention policy dropped=2000"}""");
        await SendAsync(2000);
        IReadOnlyList<StoredDeadLetter> letters = Letters();
        Assert.True(letters.Count > 1, $"{letters.Count} letters");
        Assert.All(letters, letter => Assert.True(letter.Letter.IsWhole && Text(letter).EndsWith('\n')));
        Assert.Equal(2000, letters.Sum(letter => Text(letter).Count(c => c == '\n')));
    }

    [Fact]
    public async Task Send_EverythingRefusedForLong_WritesNoMoreThanItsShare()
    {
        _server.Respond = request => new ScriptedReply(400, $$"""{"error":"partial write: points beyond retention policy dropped={{Lines(request).Count}}"}""");
        long before = _store.Store.WrittenBytes;
        await SendAsync(50_000);
        Assert.InRange(_store.Store.WrittenBytes - before, 1, 4 << 20);
        Assert.InRange(Letters().Sum(letter => letter.Letter.Bytes), 1, 1 << 20);
    }

    [Fact]
    public async Task Send_StoreClosed_StillDeliversTheOthersAndSaysThatItKeptNone()
    {
        _server.Respond = request => Lines(request).Any(IsFrom40To59) ? Unparsable : ScriptedReply.NoContent;
        await using InfluxDestination destination = await CreateAsync();
        await _store.Store.DisposeAsync();
        await WriteAsync(destination, 100);
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal((80, 20), (destination.Counters.Sent, destination.Counters.Dropped));
        Assert.Equal(1, _log.CountOf(EventIds.RefusedPointsLost));
    }

    private static ScriptedReply Unparsable { get; } = new(400, """{"error":"unable to parse"}""");

    private static bool IsFrom40To59(string line) => line.Split(",score=")[1] is ['4' or '5', _, ',', ..];

    private static List<string> Lines(ReceivedRequest request) => [.. request.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static string Text(StoredDeadLetter letter) => Encoding.UTF8.GetString(letter.Letter.Payload.Span);

    private IReadOnlyList<StoredDeadLetter> Letters() => DeadLetterStore.Read(_store.Options.Path, DeadLetter.Point, 1000);

    private async Task SendAsync(int windows)
    {
        await using InfluxDestination destination = await CreateAsync();
        await WriteAsync(destination, windows);
        await destination.CompleteAsync(CancellationToken.None);
    }

    private Task<InfluxDestination> CreateAsync() => InfluxDestination.CreateAsync(
        new InfluxOptions { Url = _server.Url.ToString(), Bucket = "b" }, _store.Store, _store.Time, _log, CancellationToken.None);

    private async Task WriteAsync(InfluxDestination destination, int windows)
    {
        using ScoreBatch batch = _given.Batch(windows);
        await destination.WriteAsync(batch, CancellationToken.None);
    }
}
