using Microsoft.Data.Sqlite;
using Thrum.Detector.Durability;

namespace Thrum.Sink.Store;

/// <summary>An open local store and its prepared statements.</summary>
internal sealed class StoreSession : FileSession
{
    private readonly SqliteCommand _mark;
    private readonly SqliteCommand _marked;
    private int _changesBefore;

    public StoreSession(SqliteConnection connection)
        : base(connection)
    {
        Outbox = new OutboxStatements(connection);
        History = new HistoryStatements(connection);
        Evidence = new EvidenceStatements(connection);
        Retention = new RetentionStatements(connection);
        Checkpoints = new CheckpointStatements(connection);
        DeadLetters = new DeadLetterStatements(connection);
        _mark = Prepare(connection, "INSERT OR REPLACE INTO last_commit VALUES (1, $writer, $number)", "$writer", "$number");
        _marked = Prepare(connection, "SELECT count(*) FROM last_commit WHERE writer = $writer AND number = $number", "$writer", "$number");
    }

    public OutboxStatements Outbox { get; }

    public HistoryStatements History { get; }

    public EvidenceStatements Evidence { get; }

    public RetentionStatements Retention { get; }

    public CheckpointStatements Checkpoints { get; }

    public DeadLetterStatements DeadLetters { get; }

    public override CrashPoint BeforeCommit => CrashPoint.BeforeStoreCommit;

    public override CrashPoint AfterCommit => CrashPoint.AfterStoreCommit;

    public override void Begin()
    {
        base.Begin();
        _changesBefore = SQLitePCL.raw.sqlite3_total_changes(Connection.Handle);
    }

    public override void Mark(long writer, long commit)
    {
        if (SQLitePCL.raw.sqlite3_total_changes(Connection.Handle) == _changesBefore)
        {
            // Reading alone writes nothing and needs no mark.
            return;
        }

        (_mark.Parameters[0].Value, _mark.Parameters[1].Value) = (writer, commit);
        _mark.ExecuteNonQuery();
    }

    public override bool HasCommitted(long writer, long commit)
    {
        (_marked.Parameters[0].Value, _marked.Parameters[1].Value) = (writer, commit);
        return (long)_marked.ExecuteScalar()! == 1;
    }

    public override void Rollback()
    {
        History.Forget();
        base.Rollback();
    }

    public override void Dispose()
    {
        Outbox.Dispose();
        History.Dispose();
        Evidence.Dispose();
        Retention.Dispose();
        DeadLetters.Dispose();
        Checkpoints.Dispose();
        _mark.Dispose();
        _marked.Dispose();
        base.Dispose();
    }
}
