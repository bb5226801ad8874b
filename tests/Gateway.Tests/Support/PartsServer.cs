using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Stages;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Tests.Support;

/// <summary>A server with the given parts behind it and nothing else, on a free loopback port, and a client of it.</summary>
internal sealed class PartsServer : IAsyncDisposable
{
    private readonly HttpServer _server;

    private PartsServer(ApiParts parts, GatewayStatus? status, LiveView? live, TimeProvider time) => _server = new HttpServer(
        new HttpOptions { Port = 0 }, status ?? Status(() => null), live ?? new LiveView(time), time, NullLoggerFactory.Instance, parts);

    public HttpClient Client { get; } = new();

    /// <summary>The status of a gateway that has done nothing yet.</summary>
    /// <param name="fault">Why it is not ready, or null where it is.</param>
    public static GatewayStatus Status(Func<string?> fault) =>
        new([new StageCounters("decode", "message")], new WindowTally(TimeProvider.System, NullLogger<WindowTally>.Instance), [fault]);

    /// <summary>Starts it.</summary>
    /// <param name="parts">What the API has.</param>
    /// <param name="status">By default one of a ready gateway that has done nothing yet.</param>
    /// <param name="live">By default an empty one.</param>
    /// <param name="time">By default the system's.</param>
    public static async Task<PartsServer> StartAsync(ApiParts parts, GatewayStatus? status = null, LiveView? live = null, TimeProvider? time = null)
    {
        var started = new PartsServer(parts, status, live, time ?? TimeProvider.System);
        await started._server.StartAsync(CancellationToken.None);
        started.Client.BaseAddress = started._server.Address;
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }
}
