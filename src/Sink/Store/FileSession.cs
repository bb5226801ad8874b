using System.Globalization;
using Microsoft.Data.Sqlite;
using Thrum.Detector.Durability;

namespace Thrum.Sink.Store;

/// <summary>One open connection to a file that a <see cref="StoreWriter{TSession}"/> writes; used by the writer's task alone.</summary>
internal abstract class FileSession(SqliteConnection connection) : IDisposable
{
    /// <summary>Where a crash test ends the process before a commit.</summary>
    public abstract CrashPoint BeforeCommit { get; }

    /// <summary>Where a crash test ends the process after a commit.</summary>
    public abstract CrashPoint AfterCommit { get; }

    private readonly long _pageBytes = long.Parse(StoreFile.Scalar(connection, "PRAGMA page_size"), CultureInfo.InvariantCulture);

    public SqliteConnection Connection => connection;

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

    public void Execute(string sql) => StoreFile.Execute(connection, sql);

    /// <summary>Reads or sets a pragma.</summary>
    public string Pragma(string text) => StoreFile.Scalar(connection, "PRAGMA " + text);

    public virtual void Begin() => Execute("BEGIN IMMEDIATE");

    public virtual void Commit() => Execute("COMMIT");

    public virtual void Rollback()
    {
        // Some errors end the transaction by themselves; a second ROLLBACK would then be an error of its own.
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            Execute("ROLLBACK");
        }
    }

    /// <summary>Bytes written to the write-ahead log since the last call.</summary>
    public long TakeWrittenBytes()
    {
        const int CacheWrite = 9, FrameHeaderBytes = 24;
        _ = SQLitePCL.raw.sqlite3_db_status(connection.Handle, CacheWrite, out int pages, out _, 1);
        return pages * (_pageBytes + FrameHeaderBytes);
    }

    /// <summary>Leaves the number of a writer's commit in the transaction, where work done twice would differ from work done once.</summary>
    public virtual void Mark(long writer, long commit)
    {
    }

    /// <summary>True when that commit was the last that reached the file.</summary>
    public virtual bool HasCommitted(long writer, long commit) => false;

    public virtual void Dispose()
    {
        connection.Dispose();
        GC.SuppressFinalize(this);
    }
}
