using System.Text;
using Thrum.Sink.Http;
using Thrum.Sink.Influx;

namespace Thrum.Sink.Tests.Influx;

/// <summary>The adapter keeps the contract of Thrum's own writer: the same requests, the same replies.</summary>
public sealed class InfluxDbClientWriterTests : IAsyncLifetime
{
    private const string Lines = "a,m=1 x=1 1000000000\na,m=1 x=2 2000000001\n";

    private WebhookReceiver _server = null!;

    public async ValueTask InitializeAsync() => _server = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(InfluxClientKind.Thrum)]
    [InlineData(InfluxClientKind.InfluxDbClient)]
    public async Task Write_Accepted_SendsTheLinesInNanosecondsWithTheToken(InfluxClientKind client)
    {
        using IPointWriter writer = Create(client);
        Assert.Equal(ReplyKind.Accepted, (await WriteAsync(writer)).Kind);
        ReceivedRequest request = Assert.Single(_server.Requests);
        Assert.Equal(Lines.TrimEnd(), request.Body.TrimEnd());
        Assert.StartsWith("/api/v2/write?", request.Path, StringComparison.Ordinal);
        Assert.Contains("bucket=b", request.Path, StringComparison.Ordinal);
        Assert.Contains("org=o", request.Path, StringComparison.Ordinal);
        Assert.Contains("precision=ns", request.Path, StringComparison.Ordinal);
        Assert.Equal("Token t", request.Headers["Authorization"]);
    }

    [Theory]
    [InlineData(400, ReplyKind.Refused)]
    [InlineData(401, ReplyKind.Misconfigured)]
    [InlineData(413, ReplyKind.TooLarge)]
    [InlineData(422, ReplyKind.Refused)]
    [InlineData(429, ReplyKind.Transient)]
    [InlineData(503, ReplyKind.Transient)]
    public async Task Write_Status_MeansTheSameToBoth(int status, object kind)
    {
        _server.Respond = _ => new ScriptedReply(status, """{"code":"x","message":"unable to parse 'a'"}""", ("Retry-After", "7"));
        foreach (InfluxClientKind client in Enum.GetValues<InfluxClientKind>())
        {
            using IPointWriter writer = Create(client);
            HttpReply reply = await WriteAsync(writer);
            Assert.Equal(((ReplyKind)kind, status, (TimeSpan?)TimeSpan.FromSeconds(7)), (reply.Kind, (int)reply.Status!, reply.RetryAfter));
            Assert.Contains("unable to parse 'a'", reply.Words, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(InfluxClientKind.Thrum)]
    [InlineData(InfluxClientKind.InfluxDbClient)]
    public async Task Write_NobodyListens_IsWorthAnotherTry(InfluxClientKind client)
    {
        await _server.DownAsync();
        using IPointWriter writer = Create(client);
        HttpReply reply = await WriteAsync(writer);
        Assert.Equal((ReplyKind.Transient, null), (reply.Kind, reply.Status));
    }

    [Theory]
    [InlineData(InfluxClientKind.Thrum)]
    [InlineData(InfluxClientKind.InfluxDbClient)]
    public async Task Write_Cancelled_Throws(InfluxClientKind client)
    {
        _server.Stalled = true;
        using IPointWriter writer = Create(client);
        using CancellationTokenSource cancel = new();
        Task<HttpReply> writing = writer.WriteAsync(Encoding.UTF8.GetBytes(Lines), cancel.Token).AsTask();
        await _server.WaitForRequestsAsync(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private IPointWriter Create(InfluxClientKind client)
    {
        InfluxOptions options = new() { Url = _server.Url.ToString(), Org = "o", Bucket = "b", Token = "t", Client = client };
        Assert.Empty(options.Faults());
        return InfluxClients.CreateWriter(options, TimeProvider.System);
    }

    private static Task<HttpReply> WriteAsync(IPointWriter writer) => writer.WriteAsync(Encoding.UTF8.GetBytes(Lines), CancellationToken.None).AsTask();
}
