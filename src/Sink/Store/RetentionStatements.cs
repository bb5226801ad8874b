using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Thrum.Sink.Store;

/// <summary>Deletes history that is too old or too much, a piece at a time, so that no transaction is long.</summary>
internal sealed class RetentionStatements : IDisposable
{
    /// <summary>Rows looked at per call: about 10 ms of work on a slow disk.</summary>
    private const int Piece = 2000;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _oldHistory;
    private readonly SqliteCommand _anyHistory;
    private readonly SqliteCommand _oldTransitions;

    public RetentionStatements(SqliteConnection connection)
    {
        _connection = connection;
        _oldHistory = FileSession.Prepare(connection, Delete("score_history", "WHERE written_unix_s < $before"), "$before");
        _anyHistory = FileSession.Prepare(connection, Delete("score_history", ""));
        _oldTransitions = FileSession.Prepare(connection, Delete("alarm_transition", "WHERE written_unix_s < $before"), "$before");
    }

    /// <summary>Deletes one piece of what is past its time or above the limit; true when there may be more.</summary>
    public bool Trim(StoreOptions options, DateTimeOffset now, long outboxBytes)
    {
        int deleted = Before(_oldHistory, now - options.HistoryRetention) + Before(_oldTransitions, now - options.TransitionRetention);
        if (UsedBytes() - outboxBytes > options.HistoryBytes)
        {
            deleted += _anyHistory.ExecuteNonQuery();
        }

        return deleted > 0;
    }

    /// <summary>Gives up to 4 MB of free pages back to the file system.</summary>
    public void Shrink() => StoreFile.Execute(_connection, "PRAGMA incremental_vacuum(1024)");

    public void Dispose()
    {
        _oldHistory.Dispose();
        _anyHistory.Dispose();
        _oldTransitions.Dispose();
    }

    // Row ids grow with the time of writing, so the oldest rows are found without an index on that time.
    private static string Delete(string table, string condition) =>
        $"DELETE FROM {table} WHERE rowid <= (SELECT max(rowid) FROM (SELECT * FROM (SELECT rowid, written_unix_s FROM {table} "
        + FormattableString.Invariant($"ORDER BY rowid LIMIT {Piece}) {condition}))");

    private static int Before(SqliteCommand command, DateTimeOffset limit)
    {
        command.Parameters[0].Value = limit.ToUnixTimeSeconds();
        return command.ExecuteNonQuery();
    }

    private long UsedBytes() =>
        Number("PRAGMA page_size") * (Number("PRAGMA page_count") - Number("PRAGMA freelist_count"));

    private long Number(string sql) => long.Parse(StoreFile.Scalar(_connection, sql), CultureInfo.InvariantCulture);
}
