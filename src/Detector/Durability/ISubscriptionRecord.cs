namespace Thrum.Detector.Durability;

/// <summary>
/// Which topic filters a lasting broker session may hold, kept across runs: a broker does not tell, and takes back only a filter that is named. Thread-safe.
/// </summary>
public interface ISubscriptionRecord
{
    /// <summary>The filters that a client may hold, at all brokers.</summary>
    /// <param name="clientId">The client's id.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="ThrumException">They cannot be read.</exception>
    ValueTask<IReadOnlyList<HeldFilter>> ReadAsync(string clientId, CancellationToken cancellationToken);

    /// <summary>Takes the place of what was recorded for the client at one broker; once it returns it survives a crash.</summary>
    /// <param name="clientId">The client's id.</param>
    /// <param name="broker">The broker, as host:port.</param>
    /// <param name="filters">The filters that it may hold there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ThrumException">They cannot be written.</exception>
    ValueTask WriteAsync(string clientId, string broker, IReadOnlyCollection<string> filters, CancellationToken cancellationToken);
}

/// <summary>A topic filter that a session may hold.</summary>
/// <param name="Broker">The broker, as host:port.</param>
/// <param name="Filter">The filter.</param>
public readonly record struct HeldFilter(string Broker, string Filter);
