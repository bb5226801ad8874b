using System.Globalization;
using Microsoft.Data.Sqlite;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Store;

/// <summary>
/// Brings the store within its bounds, a piece at a time, so that no transaction is long. History that is old goes into wider buckets, and what is past its
/// time goes. What is above the limit of bytes goes in this order: wide buckets, narrow ones, alarm transitions; of each the oldest written. The newest transition
/// of an alarm, its state now, always stays.
/// </summary>
internal sealed class RetentionStatements : IDisposable
{
    /// <summary>Rows looked at per call: about 10 ms of work on a slow disk.</summary>
    private const int Piece = 2000;

    private const string Fine = "score_history", Coarse = "score_history_coarse", Transitions = "alarm_transition";

    /// <summary>True where another run brings windows that the wide bucket holds already: they take its place.</summary>
    private const string Again = "(run <> excluded.run AND excluded.last_unix_ns <= last_unix_ns)";

    /// <summary>Bodies that have bounds of their own, or none: they leave history its room. SQLite tells their lengths without reading them.</summary>
    private const string OthersSql = "SELECT (SELECT total(length(body)) FROM outbox) + (SELECT total(length(body)) FROM alarm_evidence) "
        + "+ (SELECT total(length(state)) FROM checkpoint) + (SELECT total(length(payload)) FROM dead_letter)";

    /// <summary>The transitions past their time: those before the first that is not, as row ids grow with the time of writing.</summary>
    internal static readonly string OldTransitionsSql = $"DELETE FROM {Transitions} WHERE "
        + OldestTransitions($"t.rowid < coalesce((SELECT rowid FROM {Transitions} WHERE written_unix_s >= $before ORDER BY rowid LIMIT 1), 9223372036854775807) AND");

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _others;
    private readonly SqliteCommand _widen;
    private readonly Dictionary<string, SqliteCommand> _old = [];
    private readonly Dictionary<string, SqliteCommand> _any = [];

    public RetentionStatements(SqliteConnection connection)
    {
        _connection = connection;
        _others = FileSession.Prepare(connection, OthersSql);
        _old[Transitions] = FileSession.Prepare(connection, OldTransitionsSql, "$before");
        _any[Transitions] = FileSession.Prepare(connection, $"DELETE FROM {Transitions} WHERE {OldestTransitions("")}");
        foreach (string table in (ReadOnlySpan<string>)[Coarse, Fine])
        {
            _old[table] = FileSession.Prepare(connection, $"DELETE FROM {table} WHERE {OldestOf(table, "WHERE written_unix_s < $before")}", "$before");
            _any[table] = FileSession.Prepare(connection, $"DELETE FROM {table} WHERE {OldestOf(table, "")}");
        }

        // The remainder that is never negative, so that times before 1970 fall into the right bucket.
        _widen = FileSession.Prepare(
            connection,
            $"INSERT INTO {Coarse} SELECT series, bucket_unix_ns - ((bucket_unix_ns % $width) + $width) % $width, windows, scored, score_max, score_sum, p_min, "
            + $"threshold, state, status, last_unix_ns, written_unix_s, run FROM {Fine} WHERE {OldestOf(Fine, "WHERE written_unix_s < $before")} ORDER BY rowid "
            + HistoryStatements.OnConflict(Again),
            "$width", "$before");
    }

    /// <summary>Does one piece of what is to be done; true when there may be more.</summary>
    /// <param name="options">The bounds.</param>
    /// <param name="now">The time now.</param>
    /// <param name="forRoom">Rows that went because the limit of bytes was passed.</param>
    public bool Trim(StoreOptions options, DateTimeOffset now, out int forRoom)
    {
        int changed = Before(_old[Coarse], now - options.HistoryRetention) + Before(_old[Fine], now - options.HistoryRetention)
            + Before(_old[Transitions], now - options.TransitionRetention) + Widen(options.HistoryCoarseBucket, now - options.HistoryFineRetention);
        // What others use takes a look at all of it, so only where it can matter.
        long used = UsedBytes();
        forRoom = used > options.HistoryBytes && used - OtherBytes() > options.HistoryBytes ? DeleteAny(Coarse, Fine, Transitions) : 0;
        return changed + forRoom > 0;
    }

    /// <summary>Gives up to 4 MB of free pages back to the file system.</summary>
    public void Shrink() => StoreFile.Execute(_connection, "PRAGMA incremental_vacuum(1024)");

    public void Dispose()
    {
        _others.Dispose();
        _widen.Dispose();
        foreach (SqliteCommand command in _old.Values.Concat(_any.Values))
        {
            command.Dispose();
        }
    }

    // Row ids grow with the time of writing, so the oldest rows are found without an index on that time.
    private static string OldestOf(string table, string condition) =>
        $"rowid <= (SELECT max(rowid) FROM (SELECT * FROM (SELECT rowid, written_unix_s FROM {table} "
        + FormattableString.Invariant($"ORDER BY rowid LIMIT {Piece}) {condition}))");

    /// <summary>The oldest piece of the transitions that a later one of the same alarm has followed.</summary>
    private static string OldestTransitions(string condition) =>
        $"rowid IN (SELECT t.rowid FROM {Transitions} t WHERE {condition} EXISTS (SELECT 1 FROM {Transitions} later WHERE later.machine = t.machine "
        + "AND later.sensor = t.sensor AND later.axis = t.axis AND later.rule = t.rule AND later.rowid > t.rowid) "
        + FormattableString.Invariant($"ORDER BY t.rowid LIMIT {Piece})");

    private static int Before(SqliteCommand command, DateTimeOffset limit)
    {
        command.Parameters["$before"].Value = limit.ToUnixTimeSeconds();
        return command.ExecuteNonQuery();
    }

    /// <summary>Moves one piece of old history to wide buckets.</summary>
    private int Widen(TimeSpan width, DateTimeOffset limit)
    {
        _widen.Parameters["$width"].Value = UnixTime.ToNs(width);
        return Before(_widen, limit) > 0 ? Before(_old[Fine], limit) : 0;
    }

    /// <summary>Deletes one piece of the first of these tables that has any.</summary>
    private int DeleteAny(params ReadOnlySpan<string> tables)
    {
        foreach (string table in tables)
        {
            if (_any[table].ExecuteNonQuery() is > 0 and int deleted)
            {
                return deleted;
            }
        }

        return 0;
    }

    private double OtherBytes() => (double)_others.ExecuteScalar()!;

    private long UsedBytes() =>
        Number("PRAGMA page_size") * (Number("PRAGMA page_count") - Number("PRAGMA freelist_count"));

    private long Number(string sql) => long.Parse(StoreFile.Scalar(_connection, sql), CultureInfo.InvariantCulture);
}
