using Microsoft.Extensions.Logging;

namespace Thrum.TestSupport;

/// <summary>Keeps what is logged. Thread-safe.</summary>
public sealed class ListLogger<T> : ILogger<T>
{
    private readonly List<(LogLevel Level, int Event, string Text)> _entries = [];

    /// <summary>All entries so far.</summary>
    public IReadOnlyList<(LogLevel Level, int Event, string Text)> Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>How often an event was logged.</summary>
    public int CountOf(int eventId) => Entries.Count(entry => entry.Event == eventId);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries)
        {
            _entries.Add((logLevel, eventId.Id, formatter(state, exception)));
        }
    }
}
