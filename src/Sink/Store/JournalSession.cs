using Microsoft.Data.Sqlite;
using SQLitePCL;
using Thrum.Detector.Durability;

namespace Thrum.Sink.Store;

/// <summary>
/// An open journal and its statements. Appending the same batch twice leaves it there once, so a commit in doubt is simply repeated. Bodies go
/// through SQLite's C interface, because the ADO.NET parameter would copy each to an array of its own.
/// </summary>
internal sealed class JournalSession : FileSession
{
    private readonly sqlite3_stmt _append;
    private readonly sqlite3_stmt _read;
    private readonly SqliteCommand _oldest;
    private readonly SqliteCommand _trim;
    private readonly SqliteCommand _totals;

    public JournalSession(SqliteConnection connection)
        : base(connection)
    {
        _append = PrepareRaw("INSERT OR REPLACE INTO batch (first, count, crc, body) VALUES (?, ?, ?, ?)");
        _read = PrepareRaw(
            "SELECT first, count, crc, body FROM batch WHERE first >= (SELECT coalesce(max(first), 0) FROM batch WHERE first <= ?1 + 1) "
            + "AND first + count > ?1 + 1 ORDER BY first LIMIT 1");
        _oldest = Prepare(
            connection, "SELECT coalesce(max(first), -1), coalesce(sum(bytes), 0), count(*) FROM (SELECT first, length(body) AS bytes FROM batch "
            + "WHERE first <= $through AND first + count <= $through + 1 ORDER BY first LIMIT $rows)", "$through", "$rows");
        _trim = Prepare(connection, "DELETE FROM batch WHERE first <= $last", "$last");
        _totals = Prepare(connection, "SELECT coalesce(max(first + count - 1), 0), coalesce(sum(length(body)), 0) FROM batch");
    }

    public override CrashPoint BeforeCommit => CrashPoint.BeforeJournalCommit;

    public override CrashPoint AfterCommit => CrashPoint.AfterJournalCommit;

    public void Append(JournalBatch batch)
    {
        raw.sqlite3_bind_int64(_append, 1, batch.FirstSequence);
        raw.sqlite3_bind_int64(_append, 2, batch.Count);
        raw.sqlite3_bind_int64(_append, 3, Crc32C.Of(batch.Written.Span));
        raw.sqlite3_bind_blob(_append, 4, batch.Written.Span);
        int code = raw.sqlite3_step(_append);
        raw.sqlite3_reset(_append);
        raw.sqlite3_clear_bindings(_append);
        Check(code);
    }

    /// <summary>
    /// Reads the oldest batch with a record above <paramref name="after"/>. Returns the sequence of its last record, 0 when there is none;
    /// <paramref name="isSound"/> is false, and the batch empty, when it does not read as it was written.
    /// </summary>
    public long Read(long after, JournalBatch batch, out bool isSound)
    {
        isSound = true;
        batch.Clear();
        raw.sqlite3_bind_int64(_read, 1, after);
        try
        {
            int code = raw.sqlite3_step(_read);
            Check(code);
            if (code != raw.SQLITE_ROW)
            {
                return 0;
            }

            (long first, long count) = (raw.sqlite3_column_int64(_read, 0), raw.sqlite3_column_int64(_read, 1));
            ReadOnlySpan<byte> body = raw.sqlite3_column_blob(_read, 3);
            isSound = raw.sqlite3_column_int64(_read, 2) == Crc32C.Of(body) && batch.TryLoad(first, (int)count, body);
            return first + count - 1;
        }
        finally
        {
            raw.sqlite3_reset(_read);
        }
    }

    /// <summary>Deletes at most so many batches without a record above <paramref name="through"/>; the result is how many, and their bytes.</summary>
    public (long Batches, long Bytes) Trim(long through, int batches)
    {
        (_oldest.Parameters[0].Value, _oldest.Parameters[1].Value) = (through, batches);
        long last, bytes, count;
        using (SqliteDataReader row = _oldest.ExecuteReader())
        {
            row.Read();
            (last, bytes, count) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
        }

        if (count > 0)
        {
            _trim.Parameters[0].Value = last;
            _trim.ExecuteNonQuery();
        }

        return (count, bytes);
    }

    /// <summary>Gives free pages beyond what the next minutes will need back to the file system, a piece at a time.</summary>
    public void Shrink()
    {
        const int KeptPages = 4096, Piece = 512;
        if (long.Parse(Pragma("freelist_count"), System.Globalization.CultureInfo.InvariantCulture) > KeptPages + Piece)
        {
            Execute(FormattableString.Invariant($"PRAGMA incremental_vacuum({Piece})"));
        }
    }

    /// <summary>Sequence of the newest record, 0 when there is none, and bytes of all.</summary>
    public (long Last, long Bytes) Totals()
    {
        using SqliteDataReader row = _totals.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    public override void Dispose()
    {
        _append.Dispose();
        _read.Dispose();
        _oldest.Dispose();
        _trim.Dispose();
        _totals.Dispose();
        base.Dispose();
    }

    private sqlite3_stmt PrepareRaw(string sql)
    {
        Check(raw.sqlite3_prepare_v3(Connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out sqlite3_stmt statement));
        return statement;
    }

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, Connection.Handle);
        }
    }
}
