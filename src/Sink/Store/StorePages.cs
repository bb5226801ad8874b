using Microsoft.Data.Sqlite;
using Thrum.Detector.Alarms;
using Thrum.Detector.Stages;

namespace Thrum.Sink.Store;

/// <summary>What people look through in the local store, a page at a time, newest first. Thread-safe.</summary>
/// <param name="store">The store; its owner closes it.</param>
public sealed class StorePages(LocalStore store)
{
    private const string LetterSql = """
        SELECT id, kind, source, reason, detail, received_unix_ns, properties, bytes, payload FROM dead_letter
        WHERE ($kind IS NULL OR kind = $kind) AND ($before IS NULL OR id < $before) ORDER BY id DESC LIMIT $limit
        """;

    private const string OutboxSql =
        "SELECT destination, count(*), sum(points), sum(length(body)), min(created_unix_ms) FROM outbox GROUP BY destination ORDER BY destination";

    /// <summary>Alarm transitions by event time.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public Task<IReadOnlyList<AlarmTransition>> AlarmsAsync(AlarmQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return store.ReadAsync(connection => Alarms(connection, query, cancellationToken), cancellationToken);
    }

    internal static IReadOnlyList<AlarmTransition> Alarms(SqliteConnection connection, AlarmQuery query, CancellationToken cancellationToken)
    {
        (string Condition, string Name, object? Value)[] set = [.. ConditionsOf(query).Where(condition => condition.Value is not null)];
        return Read(
            connection, SqlOf([.. set.Select(condition => condition.Condition)]), StoreQueries.ReadTransition, cancellationToken,
            [.. set.Select(condition => (condition.Name, condition.Value)), ("$limit", query.Limit)]);
    }

    /// <summary>Only the conditions that are set, so that SQLite finds an index for them.</summary>
    internal static string SqlOf(IReadOnlyList<string> conditions) => $"""
        SELECT {StoreQueries.TransitionColumns}
        FROM alarm_transition
        {(conditions.Count > 0 ? $"WHERE {string.Join(" AND ", conditions)}" : "")}
        ORDER BY event_unix_ns DESC, rowid DESC LIMIT $limit
        """;

    internal static (string Condition, string Name, object? Value)[] ConditionsOf(AlarmQuery query) =>
    [
        ("machine = $machine", "$machine", query.Machine),
        ("sensor = $sensor", "$sensor", query.Sensor),
        ("axis = $axis", "$axis", query.Axis),
        ("rule = $rule", "$rule", query.Rule),
        ("to_state = $state", "$state", query.State?.ToWireName()),
        ("severity = $severity", "$severity", query.Severity?.ToWireName()),
        ("event_unix_ns >= $from", "$from", query.FromUnixNs),
        ("event_unix_ns < $until", "$until", query.UntilUnixNs),

        // The time alone is said once more because no index holds both.
        ("event_unix_ns <= (SELECT event_unix_ns FROM alarm_transition WHERE id = $before) "
            + "AND (event_unix_ns, rowid) < (SELECT event_unix_ns, rowid FROM alarm_transition WHERE id = $before)", "$before", query.Before?.ToByteArray(bigEndian: true)),
    ];

    /// <summary>One alarm transition; null where there is none of that id.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public async Task<AlarmTransition?> AlarmAsync(Guid id, CancellationToken cancellationToken)
    {
        IReadOnlyList<AlarmTransition> found = await ReadAsync(
            $"SELECT {StoreQueries.TransitionColumns} FROM alarm_transition WHERE id = $id", StoreQueries.ReadTransition, cancellationToken,
            ("$id", id.ToByteArray(bigEndian: true)));
        return found.Count > 0 ? found[0] : null;
    }

    /// <summary>Dead letters, by when they were kept.</summary>
    /// <param name="kind">Only of this kind; null for all.</param>
    /// <param name="before">Only those with a smaller number; null for all.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public Task<IReadOnlyList<StoredDeadLetter>> DeadLettersAsync(string? kind, long? before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(LetterSql, ReadLetter, cancellationToken, ("$kind", kind), ("$before", before), ("$limit", limit));

    /// <summary>What waits on disk for destinations that have something waiting.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public Task<IReadOnlyList<WaitingOutbox>> OutboxesAsync(CancellationToken cancellationToken) => ReadAsync(
        OutboxSql,
        row => new WaitingOutbox(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))),
        cancellationToken);

    private static StoredDeadLetter ReadLetter(SqliteDataReader row) => new(row.GetInt64(0), row.GetString(3), new DeadLetter(
        row.GetString(1), row.GetString(2), default, row.GetString(4), row.GetInt64(5), row.GetString(6), row.GetInt64(7), row.GetFieldValue<byte[]>(8)));

    private Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<SqliteDataReader, T> read, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters) =>
        store.ReadAsync(connection => Read(connection, sql, read, cancellationToken, parameters), cancellationToken);

    private static IReadOnlyList<T> Read<T>(
        SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        using SqliteCommand command = FileSession.Prepare(connection, sql, [.. parameters.Select(parameter => parameter.Name)]);
        for (int i = 0; i < parameters.Length; i++)
        {
            command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        }

        List<T> rows = [];
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(read(row));
        }

        return rows;
    }
}

/// <summary>Which alarm transitions are wanted; null for all.</summary>
/// <param name="Limit">At most this many.</param>
public sealed record AlarmQuery(int Limit)
{
    /// <summary>Those of this machine.</summary>
    public string? Machine { get; init; }

    /// <summary>Those of this sensor.</summary>
    public string? Sensor { get; init; }

    /// <summary>Those of this axis.</summary>
    public string? Axis { get; init; }

    /// <summary>Those of this rule.</summary>
    public string? Rule { get; init; }

    /// <summary>Those that led to this state.</summary>
    public AlarmState? State { get; init; }

    /// <summary>Those behind this transition in the order of pages; an unknown one gives none.</summary>
    public Guid? Before { get; init; }

    /// <summary>Those of this severity.</summary>
    public AlarmSeverity? Severity { get; init; }

    /// <summary>Those at or after this event time, ns since 1970-01-01 UTC.</summary>
    public long? FromUnixNs { get; init; }

    /// <summary>Those before this event time, ns since 1970-01-01 UTC.</summary>
    public long? UntilUnixNs { get; init; }
}

/// <summary>What waits on disk for a destination.</summary>
/// <param name="Destination">Its id.</param>
/// <param name="Bodies">Requests to come.</param>
/// <param name="Points">Points or events in them.</param>
/// <param name="Bytes">Bytes in them.</param>
/// <param name="Oldest">When the oldest was put there.</param>
public sealed record WaitingOutbox(string Destination, long Bodies, long Points, long Bytes, DateTimeOffset Oldest);
