using Microsoft.Data.Sqlite;

namespace Thrum.Sink.Store;

/// <summary>One open connection and its prepared statements; used by the writer's task alone.</summary>
internal sealed class StoreSession : IDisposable
{
    private readonly SqliteConnection _connection;

    public StoreSession(SqliteConnection connection)
    {
        _connection = connection;
        Outbox = new OutboxStatements(connection);
        History = new HistoryStatements(connection);
        Evidence = new EvidenceStatements(connection);
        Retention = new RetentionStatements(connection);
    }

    public OutboxStatements Outbox { get; }

    public HistoryStatements History { get; }

    public EvidenceStatements Evidence { get; }

    public RetentionStatements Retention { get; }

    public static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (string name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    public void Execute(string sql) => StoreFile.Execute(_connection, sql);

    /// <summary>Reads or sets a pragma.</summary>
    public string Pragma(string text) => StoreFile.Scalar(_connection, "PRAGMA " + text);

    public void Begin() => Execute("BEGIN IMMEDIATE");

    public void Commit() => Execute("COMMIT");

    public void Rollback()
    {
        History.Forget();
        // Some errors end the transaction by themselves; a second ROLLBACK would then be an error of its own.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            Execute("ROLLBACK");
        }
    }

    public void Dispose()
    {
        Outbox.Dispose();
        History.Dispose();
        Evidence.Dispose();
        Retention.Dispose();
        _connection.Dispose();
    }
}
