using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Stages;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Tests.Hosting;

/// <summary>What systemd is told, read from a socket such as it would listen on.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"thrum-{Guid.NewGuid():N}.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly Dictionary<string, string> _environment = [];

    public ServiceManagerTests()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.ReceiveTimeout = 5000;
        _environment["NOTIFY_SOCKET"] = _path;
        _environment["WATCHDOG_USEC"] = "40000000";
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task Watch_WhileThereIsProgress_PingsFourTimesInItsTime()
    {
        bool goesOn = true;
        IReadOnlyList<string> reasons = ["the broker is away"];
        using ServiceManager manager = Create();
        using var stop = new CancellationTokenSource();

        manager.Ready();
        Task watch = manager.WatchAsync(() => reasons, () => goesOn, stop.Token);
        Assert.Equal(["READY=1", "STATUS=Not ready: the broker is away", "WATCHDOG=1"], Receive(3));

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["WATCHDOG=1"], Receive(1));

        goesOn = false;
        reasons = [];
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["STATUS=Ready"], Receive(1));
        await stop.CancelAsync();
        await watch;
        manager.Stopping();

        Assert.Equal(["STOPPING=1"], Receive(1));
        Assert.Equal(0, _listener.Available);
    }

    [Theory]
    [InlineData("WATCHDOG_PID", "1")]
    [InlineData("WATCHDOG_USEC", "no number")]
    public async Task Watch_WatchdogOfAnother_IsNotPinged(string name, string value)
    {
        _environment[name] = value;
        using ServiceManager manager = Create();
        using var stop = new CancellationTokenSource();

        Task watch = manager.WatchAsync(() => ["x"], () => true, stop.Token);

        Assert.Equal(["STATUS=Not ready: x"], Receive(1));
        Assert.Equal(0, _listener.Available);
        await stop.CancelAsync();
        await watch;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/nonexistent/socket")]
    public async Task Manager_WithoutASocket_DoesNothing(string? path)
    {
        _environment.Remove("NOTIFY_SOCKET");
        if (path is not null)
        {
            _environment["NOTIFY_SOCKET"] = path;
        }

        using ServiceManager manager = Create();
        using var stop = new CancellationTokenSource();
        manager.Ready();
        Task watch = manager.WatchAsync(() => [], () => true, stop.Token);
        manager.Stopping();
        await stop.CancelAsync();
        await watch;

        Assert.Equal(0, _listener.Available);
    }

    [Fact]
    public void Progress_SamplesWaitAndNothingMoves_IsMissed()
    {
        long waiting = 1;
        int behind = 0;
        var counters = new StageCounters("score", "block", () => waiting);
        var watch = new ProgressWatch(counters, () => behind);

        Assert.True(watch.Look());
        Assert.False(watch.Look());
        counters.AddReceived(1);
        Assert.True(watch.Look());
        Assert.False(watch.Look());
        behind = 1;
        Assert.True(watch.Look());
        (behind, waiting) = (0, 0);
        Assert.True(watch.Look());
    }

    private ServiceManager Create() => new(name => _environment.GetValueOrDefault(name), _time, NullLogger<ServiceManager>.Instance);

    private string[] Receive(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _listener.Receive(buffer));
    })];
}
