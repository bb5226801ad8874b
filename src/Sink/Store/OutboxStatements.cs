using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Thrum.Sink.Store;

/// <summary>
/// The statements of the outbox. The insert goes through SQLite's C interface, because the ADO.NET parameter takes whole arrays
/// only and would copy every body.
/// </summary>
internal sealed class OutboxStatements : IDisposable
{
    private const string Insert =
        "INSERT OR REPLACE INTO outbox (destination, sequence, created_unix_ms, points, identity, body) VALUES (?, ?, ?, ?, ?, ?)";

    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _insert;
    private readonly SqliteCommand _peek;
    private readonly SqliteCommand _remove;
    private readonly SqliteCommand _dropOldest;
    private readonly SqliteCommand _totals;

    public OutboxStatements(SqliteConnection connection)
    {
        _connection = connection;
        int code = raw.sqlite3_prepare_v3(connection.Handle, Insert, raw.SQLITE_PREPARE_PERSISTENT, out _insert);
        SqliteException.ThrowExceptionForRC(code, connection.Handle);
        _peek = Prepare("SELECT sequence, points, identity, body, created_unix_ms FROM outbox WHERE destination = $d AND sequence <> $except ORDER BY sequence LIMIT 1", "$d", "$except");
        _remove = Prepare("DELETE FROM outbox WHERE destination = $d AND sequence = $s", "$d", "$s");
        _dropOldest = Prepare(
            "DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox WHERE destination = $d ORDER BY sequence LIMIT $n OFFSET 1)", "$d", "$n");
        _totals = Prepare(
            "SELECT count(*), coalesce(sum(points), 0), coalesce(sum(length(body)), 0), coalesce(min(sequence), 0), coalesce(max(sequence), -1) "
            + "FROM outbox WHERE destination = $d", "$d");
    }

    public void Append(string destination, long sequence, DateTimeOffset created, in OutboxBody body)
    {
        raw.sqlite3_bind_text(_insert, 1, destination);
        raw.sqlite3_bind_int64(_insert, 2, sequence);
        raw.sqlite3_bind_int64(_insert, 3, created.ToUnixTimeMilliseconds());
        raw.sqlite3_bind_int64(_insert, 4, body.Points);
        raw.sqlite3_bind_text(_insert, 5, body.Identity);
        raw.sqlite3_bind_blob(_insert, 6, body.Body.Span);
        int code = raw.sqlite3_step(_insert);
        raw.sqlite3_reset(_insert);
        raw.sqlite3_clear_bindings(_insert);
        if (code != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(code, _connection.Handle);
        }
    }

    /// <summary>The oldest row of a destination but the one at <paramref name="except"/>, or null.</summary>
    public OutboxRow? Peek(string destination, long except)
    {
        (_peek.Parameters[0].Value, _peek.Parameters[1].Value) = (destination, except);
        using SqliteDataReader row = _peek.ExecuteReader();
        return row.Read()
            ? new OutboxRow(row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetFieldValue<byte[]>(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)))
            : null;
    }

    public void Remove(string destination, long sequence)
    {
        _remove.Parameters[0].Value = destination;
        _remove.Parameters[1].Value = sequence;
        _remove.ExecuteNonQuery();
    }

    /// <summary>Removes the oldest rows of a destination, the very first excepted.</summary>
    public void DropOldest(string destination, long rows)
    {
        _dropOldest.Parameters[0].Value = destination;
        _dropOldest.Parameters[1].Value = rows;
        _dropOldest.ExecuteNonQuery();
    }

    /// <summary>Rows, points and bytes of a destination, and its first and last sequence (0 and -1 when it has none).</summary>
    public OutboxTotals Totals(string destination)
    {
        _totals.Parameters[0].Value = destination;
        using SqliteDataReader row = _totals.ExecuteReader();
        row.Read();
        return new OutboxTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
    }

    public void Dispose()
    {
        _insert.Dispose();
        _peek.Dispose();
        _remove.Dispose();
        _dropOldest.Dispose();
        _totals.Dispose();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters) => FileSession.Prepare(_connection, sql, parameters);
}

/// <summary>What the outbox holds for one destination.</summary>
internal readonly record struct OutboxTotals(long Rows, long Points, long Bytes, long First, long Last);
