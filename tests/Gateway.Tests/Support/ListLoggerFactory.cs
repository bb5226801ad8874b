using Microsoft.Extensions.Logging;

namespace Thrum.Gateway.Tests.Support;

/// <summary>Keeps what every logger of a server logs.</summary>
internal sealed class ListLoggerFactory : ILoggerFactory
{
    public ListLogger<ListLoggerFactory> Logger { get; } = new();

    /// <summary>The texts of one kind of event.</summary>
    public string[] Texts(int eventId) => [.. Logger.Entries.Where(entry => entry.Event == eventId).Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => Logger;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
