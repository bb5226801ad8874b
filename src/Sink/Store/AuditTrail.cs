using Microsoft.Data.Sqlite;

namespace Thrum.Sink.Store;

/// <summary>What people did with the gateway, kept in the local store: the newest <see cref="EntriesKept"/>. Thread-safe.</summary>
/// <param name="store">The store; its owner closes it.</param>
public sealed class AuditTrail(LocalStore store)
{
    /// <summary>How many entries are kept: some years of a busy plant, a few megabytes.</summary>
    public const int EntriesKept = 10_000;

    /// <summary>Adds an entry; the oldest goes when there are too many.</summary>
    /// <exception cref="StoreException">The store was closed.</exception>
    public async Task AddAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await store.ExecuteAsync(
            session =>
            {
                using SqliteCommand insert = FileSession.Prepare(
                    session.Connection, "INSERT INTO audit (time_unix_ms, who, role, address, what, status) VALUES ($t, $w, $r, $a, $what, $s)", "$t", "$w", "$r", "$a", "$what", "$s");
                insert.Parameters[0].Value = entry.Time.ToUnixTimeMilliseconds();
                insert.Parameters[1].Value = entry.Who;
                insert.Parameters[2].Value = entry.Role;
                insert.Parameters[3].Value = entry.Address;
                insert.Parameters[4].Value = entry.What;
                insert.Parameters[5].Value = entry.Status;
                insert.ExecuteNonQuery();
                using SqliteCommand trim = FileSession.Prepare(session.Connection, "DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - $kept", "$kept");
                trim.Parameters[0].Value = EntriesKept;
                trim.ExecuteNonQuery();
            },
            cancellationToken);
    }

    /// <summary>Entries, newest first.</summary>
    /// <param name="before">Only those with a smaller number; null for all.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public Task<IReadOnlyList<AuditEntry>> ReadAsync(long? before, int limit, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<AuditEntry>>(
        connection =>
        {
            using SqliteCommand command = FileSession.Prepare(
                connection, "SELECT id, time_unix_ms, who, role, address, what, status FROM audit WHERE $before IS NULL OR id < $before ORDER BY id DESC LIMIT $limit", "$before", "$limit");
            command.Parameters[0].Value = (object?)before ?? DBNull.Value;
            command.Parameters[1].Value = limit;
            List<AuditEntry> entries = [];
            using SqliteDataReader row = command.ExecuteReader();
            while (row.Read())
            {
                entries.Add(new AuditEntry(
                    row.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt32(6)));
            }

            return entries;
        },
        cancellationToken);
}

/// <summary>What somebody did.</summary>
/// <param name="Id">Its number; given by the store.</param>
/// <param name="Time">When.</param>
/// <param name="Who">Name of the token; empty for somebody on this machine without one.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="What">What they did and what came of it, as a line.</param>
/// <param name="Status">HTTP status of the answer; 0 where nobody waited for it.</param>
public sealed record AuditEntry(long Id, DateTimeOffset Time, string Who, string Role, string Address, string What, int Status);
