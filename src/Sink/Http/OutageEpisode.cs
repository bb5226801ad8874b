using Microsoft.Extensions.Logging;

namespace Thrum.Sink.Http;

/// <summary>Says once that a destination cannot be reached, and once that it can again, with how long it took. One caller at a time.</summary>
internal sealed class OutageEpisode
{
    private readonly string _destination;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _since;
    private long _attempts;
    private bool _saidMisconfigured;
    private volatile string? _words;

    public OutageEpisode(string destination, TimeProvider time, ILogger logger)
    {
        _destination = destination;
        _time = time;
        _logger = logger;
    }

    /// <summary>What the last attempt failed with; null while the destination is reached. Read by any thread.</summary>
    public string? Words => _words;

    public void Failed(string words)
    {
        if (Begin(words))
        {
            _logger.OutageBegan(_destination, words);
        }
    }

    public void Misconfigured(string words)
    {
        Begin(words);
        if (!_saidMisconfigured)
        {
            _saidMisconfigured = true;
            _logger.AccessRefused(_destination, words);
        }
    }

    public void Reached()
    {
        if (_attempts > 0)
        {
            _logger.OutageEnded(_destination, _time.GetElapsedTime(_since).TotalSeconds, _attempts);
            _attempts = 0;
            _words = null;
            _saidMisconfigured = false;
        }
    }

    private bool Begin(string words)
    {
        _words = words;
        if (_attempts == 0)
        {
            _since = _time.GetTimestamp();
        }

        return ++_attempts == 1;
    }
}
