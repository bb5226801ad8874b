using Microsoft.Data.Sqlite;
using Thrum.Detector.Durability;

namespace Thrum.Sink.Store;

/// <summary>What lasting broker sessions may hold, in the local store. Thread-safe.</summary>
/// <param name="store">The store; its owner closes it.</param>
public sealed class SubscriptionRecord(LocalStore store) : ISubscriptionRecord
{
    /// <inheritdoc/>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public async ValueTask<IReadOnlyList<HeldFilter>> ReadAsync(string clientId, CancellationToken cancellationToken) => await store.ReadAsync<IReadOnlyList<HeldFilter>>(
        connection =>
        {
            using SqliteCommand command = FileSession.Prepare(connection, "SELECT broker, filter FROM subscription WHERE client = $client", "$client");
            command.Parameters[0].Value = clientId;
            List<HeldFilter> held = [];
            using SqliteDataReader row = command.ExecuteReader();
            while (row.Read())
            {
                held.Add(new HeldFilter(row.GetString(0), row.GetString(1)));
            }

            return held;
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store was closed.</exception>
    public ValueTask WriteAsync(string clientId, string broker, IReadOnlyCollection<string> filters, CancellationToken cancellationToken) => store.ExecuteAsync(
        session =>
        {
            using SqliteCommand delete = FileSession.Prepare(
                session.Connection, "DELETE FROM subscription WHERE client = $client AND broker = $broker", "$client", "$broker");
            (delete.Parameters[0].Value, delete.Parameters[1].Value) = (clientId, broker);
            delete.ExecuteNonQuery();
            using SqliteCommand insert = FileSession.Prepare(session.Connection, "INSERT INTO subscription VALUES ($client, $broker, $filter)", "$client", "$broker", "$filter");
            (insert.Parameters[0].Value, insert.Parameters[1].Value) = (clientId, broker);
            foreach (string filter in filters)
            {
                insert.Parameters[2].Value = filter;
                insert.ExecuteNonQuery();
            }
        },
        cancellationToken);
}
