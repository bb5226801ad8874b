using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Tells systemd how the service stands, by datagrams to the socket that it names (sd_notify(3)): ready, stopping, why it is not ready, and as long as it makes
/// progress that it is alive (sd_watchdog_enabled(3)). Without such a socket it does nothing.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    /// <summary>Without a watchdog only the status is looked after.</summary>
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    private readonly Socket? _socket;
    private readonly TimeSpan? _watchdog;
    private readonly TimeProvider _time;
    private readonly ILogger<ServiceManager> _logger;
    private bool _hasFailed;

    /// <param name="environment">Reads a variable of the environment.</param>
    /// <param name="time">The clock of the watchdog's pings.</param>
    /// <param name="logger">Where a refused datagram is told.</param>
    public ServiceManager(Func<string, string?> environment, TimeProvider time, ILogger<ServiceManager> logger)
    {
        _time = time;
        _logger = logger;
        if (environment("NOTIFY_SOCKET") is not { Length: > 1 } path || path[0] is not ('/' or '@'))
        {
            return;
        }

        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // An address that begins with @ is in the abstract namespace.
            _socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
        }
        catch (SocketException e)
        {
            Fail(e);
        }

        bool isForUs = environment("WATCHDOG_PID") is not { } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        _watchdog = isForUs && long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long us) && us > 0
            ? TimeSpan.FromMicroseconds(us) : null;
    }

    /// <summary>The service has started.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>The service drains.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>Looks after status and watchdog until cancelled: four looks in the watchdog's time, each of which must find progress to count.</summary>
    /// <param name="reasons">Why the service is not ready, a sentence each.</param>
    /// <param name="progress">Whether something went on since the last look.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WatchAsync(Func<IReadOnlyList<string>> reasons, Func<bool> progress, CancellationToken cancellationToken)
    {
        if (_socket is null)
        {
            return;
        }

        string last = "";
        using var timer = new PeriodicTimer(_watchdog / 4 ?? StatusInterval, _time);
        try
        {
            do
            {
                string status = string.Join("; ", reasons()).ReplaceLineEndings(" ");
                if (status != last)
                {
                    last = status;
                    Send("STATUS=" + (status.Length > 0 ? "Not ready: " + status : "Ready"));
                }

                if (progress() && _watchdog is not null)
                {
                    Send("WATCHDOG=1");
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (SocketException e)
        {
            Fail(e);
        }
    }

    private void Fail(SocketException e)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            Log.ServiceManagerGone(_logger, e.Message);
        }
    }
}
