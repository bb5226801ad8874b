using System.Net.Sockets;
using System.Text;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>Many readers of the live state, one of which does not read.</summary>
public sealed class LiveFeedTests
{
    private const int Readers = 100;

    /// <summary>Sockets buffer some megabytes themselves; a server that kept events for the stalled one would pass this within the test.</summary>
    private const long MaxGrowth = 64L << 20;

    [Fact]
    public async Task Live_OneReaderStalls_OthersGoOnAndMemoryStaysBounded()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        await FillAsync(gateway);
        using var stalled = new TcpClient();
        stalled.ReceiveBufferSize = 4096;
        await stalled.ConnectAsync(gateway.Server.Address!.Host, gateway.Server.Address.Port, token);
        await stalled.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n"), token);

        // Each is opened after the stalled one and takes several events at the feed's own pace.
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => ReadAsync(gateway, events: 2, token)));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => ReadAsync(gateway, events: 4, token)));

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MaxGrowth);
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, "/healthz");
        Assert.True(response.IsSuccessStatusCode);
    }

    private static async Task ReadAsync(TestGateway gateway, int events, CancellationToken token)
    {
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, "/api/v1/live");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(token));
        while (events > 0)
        {
            string line = await reader.ReadLineAsync(token) ?? throw new IOException("the stream ended");
            events -= line.StartsWith("data: ", StringComparison.Ordinal) ? 1 : 0;
        }
    }

    /// <summary>Enough axes that a few events fill what a socket buffers.</summary>
    private static async Task FillAsync(TestGateway gateway)
    {
        using Thrum.Detector.Scores.ScoreBatch batch = new Scores().Of(1, 2_000_000_000, [.. Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"machine-{i}"))]);
        await gateway.Live.WriteAsync(batch, CancellationToken.None);
    }
}
