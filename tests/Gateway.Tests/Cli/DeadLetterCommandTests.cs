using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Scores;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Influx;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>Points that a database refused are found by <c>thrum deadletter</c> and written by it once the database takes them.</summary>
public sealed class DeadLetterCommandTests : IAsyncLifetime
{
    private readonly ConfigurationFolder _folder = new();
    private WebhookReceiver _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await WebhookReceiver.StartAsync();
        _folder.Write(ConfigurationFolder.Minimal($$""" "influx": [ { "id": "plant", "url": "{{_server.Url}}", "bucket": "b", "token": "t" } ] """));
        _server.Respond = _ => new ScriptedReply(422, """{"message":"unable to parse: no such field yet"}""");
        await using LocalStore store = await LocalStore.OpenAsync(
            new StoreOptions { Path = _folder.File("thrum.db") }, TimeProvider.System, NullLogger<LocalStore>.Instance);
        InfluxOptions options = new() { Id = "plant", Url = _server.Url.ToString(), Bucket = "b" };
        await using InfluxDestination destination = await InfluxDestination.CreateAsync(
            options, store, TimeProvider.System, NullLogger<InfluxDestination>.Instance, CancellationToken.None);
        using ScoreBatch batch = new Scores().Of(1, 1_000_000_000, "pump-1", "pump-2", "pump-3");
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task List_Points_NamesDatabaseReasonAndWords()
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "deadletter", "list", "--kind", "point");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("1  point  ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("refused  plant  ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("no such field yet", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", (await ThrumProgram.RunAsync(_folder.Path, "deadletter", "list", "--kind", "message")).Output);
        Assert.Equal(2, (await ThrumProgram.RunAsync(_folder.Path, "deadletter", "list", "--kind", "points")).ExitCode);
    }

    [Fact]
    public async Task Show_Letter_GivesItsPayloadAsHexTextAndBase64()
    {
        ThrumProgram.Outcome shown = await ThrumProgram.RunAsync(_folder.Path, "deadletter", "show", "1");
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("no such field yet", shown.Output, StringComparison.Ordinal);
        Assert.Contains("0000  766962726174696f6e", shown.Output, StringComparison.Ordinal);
        Assert.Contains("  vibration", shown.Output, StringComparison.Ordinal);

        using JsonDocument json = JsonDocument.Parse((await ThrumProgram.RunAsync(_folder.Path, "deadletter", "show", "1", "--json")).Output);
        Assert.Equal("plant", json.RootElement.GetProperty("summary").GetProperty("source").GetString());
        byte[] payload = json.RootElement.GetProperty("payloadBase64").GetBytesFromBase64();
        Assert.Equal(_server.Requests[0].Body, Encoding.UTF8.GetString(payload));
        Assert.Equal(json.RootElement.GetProperty("summary").GetProperty("bytes").GetInt32(), payload.Length);

        ThrumProgram.Outcome none = await ThrumProgram.RunAsync(_folder.Path, "deadletter", "show", "7");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("there is no dead letter 7 in ", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_DatabaseTakesThemNow_WritesAllPointsWithItsToken()
    {
        _server.Respond = static _ => ScriptedReply.NoContent;
        int before = _server.Requests.Count;
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "deadletter", "replay", "--kind", "point");
        Assert.Equal((0, "wrote 1 of 1"), (outcome.ExitCode, outcome.Error.Trim()));
        ReceivedRequest request = Assert.Single(_server.Requests.Skip(before));
        Assert.Equal(3, request.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("Token t", request.Headers["Authorization"]);
    }

    [Fact]
    public async Task Replay_DatabaseRefusesAgain_FailsAndKeepsTheLetter()
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "deadletter", "replay", "1");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("letter 1: plant says 422", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("1  point  ", (await ThrumProgram.RunAsync(_folder.Path, "deadletter", "list")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no database 'other'", "replay", "1", "--to", "other")]
    [InlineData("either the numbers of letters or --kind", "replay")]
    [InlineData("either the numbers of letters or --kind", "replay", "1", "--kind", "point")]
    public async Task Replay_WrongUse_SaysWhatIsExpected(string words, params string[] arguments)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, ["deadletter", .. arguments]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
    }
}
