using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Thrum.Sink.Store;

/// <summary>Opens the database file: pragmas, integrity, whose file it is, migrations.</summary>
internal static class StoreFile
{
    /// <summary>SQLite's primary result codes (sqlite3.h) that <see cref="Open"/> tells apart.</summary>
    private const int Corrupt = 11;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>As <see cref="Open"/>, but of a damaged file what can be read is taken over, which the log says.</summary>
    public static SqliteConnection OpenOrRescue(string path, StoreFormat format, TimeProvider time, ILogger logger, out int migratedFrom)
    {
        try
        {
            return Open(path, format, out migratedFrom);
        }
        catch (StoreException error) when (error.IsDamage)
        {
            RescueReport report = StoreRescue.Run(path, format, time.GetUtcNow());
            logger.StoreRescued(path, error.Message, report.Words, report.Kept);
            return Open(path, format, out migratedFrom);
        }
    }

    /// <summary>Makes an empty file of a version of the format.</summary>
    public static SqliteConnection Create(string path, StoreFormat format, int version)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Prepare(connection, format);
        Migrate(connection, format with { Steps = [.. format.Steps.Take(version)] }, 0);
        return connection;
    }

    /// <summary>The version that a file says it has.</summary>
    public static int VersionOf(SqliteConnection connection) => Number(connection, "PRAGMA user_version");

    /// <summary>True when the file's content cannot be read as what it is.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode == Corrupt;

    /// <summary>Opens, checks and migrates the file.</summary>
    /// <param name="path">The database file; created when absent.</param>
    /// <param name="format">What is in it.</param>
    /// <param name="migratedFrom">The version found, when it was older; otherwise -1.</param>
    /// <exception cref="StoreException">The file is no database, damaged, of another program, or of a newer version.</exception>
    /// <exception cref="SqliteException">The disk refuses.</exception>
    public static SqliteConnection Open(string path, StoreFormat format, out int migratedFrom)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            CheckOwner(connection, path, format, out int version);
            CheckIntegrity(connection, path);
            Prepare(connection, format);
            MergeLog(connection, path);
            migratedFrom = Migrate(connection, format, version);
            return connection;
        }
        catch (SqliteException error) when (error.SqliteErrorCode is Corrupt or NotADatabase or CannotOpen)
        {
            connection.Dispose();
            throw new StoreException(Explain(path, error), error) { IsDamage = IsDamage(error) };
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection for queries beside the writer's; reads see what was committed.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        SqliteConnectionStringBuilder settings = new() { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 5 };
        SqliteConnection connection = new(settings.ToString());
        connection.Open();
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public static string Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }

    private static string Explain(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        NotADatabase => $"The local store {path} is not a database; expected a file that Thrum made, or none.",
        Corrupt => $"The local store {path} is damaged ({error.Message}); restore a backup or move the file away.",
        _ => $"The local store {path} cannot be opened; does its folder exist, and may this user write there? ({error.Message})",
    };

    private static void CheckOwner(SqliteConnection connection, string path, StoreFormat format, out int version)
    {
        int owner = Number(connection, "PRAGMA application_id");
        version = Number(connection, "PRAGMA user_version");
        bool empty = Number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (owner != format.ApplicationId && !empty)
        {
            throw new StoreException($"The local store {path} is a database of another program; expected a file that Thrum made, or none.");
        }

        if (version > format.Version)
        {
            throw new StoreException(FormattableString.Invariant(
                $"The local store {path} has version {version}, made by a newer Thrum; this one reads up to {format.Version}."));
        }
    }

    private static void CheckIntegrity(SqliteConnection connection, string path)
    {
        string verdict = Scalar(connection, "PRAGMA quick_check(1)");
        if (verdict != "ok")
        {
            throw new StoreException($"The local store {path} is damaged ({verdict}); restore a backup or move the file away.") { IsDamage = true };
        }
    }

    private static void Prepare(SqliteConnection connection, StoreFormat format)
    {
        // The size of pages too, and not once the file is in WAL mode.
        Execute(connection, FormattableString.Invariant($"PRAGMA page_size={format.PageBytes}"));
        // auto_vacuum takes effect only before the first table; it lets the file shrink after an outage has swollen the outbox.
        Execute(connection, "PRAGMA auto_vacuum=INCREMENTAL");
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, "PRAGMA synchronous=FULL");
        Execute(connection, FormattableString.Invariant($"PRAGMA wal_autocheckpoint={format.PagesPerMerge}"));
    }

    /// <summary>
    /// Writes what the log holds into the file and begins the log anew. After a failed fsync the system may believe pages written that never reached the
    /// disk: what can still be read is written and synced again here, and nothing is appended behind frames of which nobody knows.
    /// </summary>
    private static void MergeLog(SqliteConnection connection, string path)
    {
        if (Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)") != "0")
        {
            throw new StoreException($"The local store {path} is being read; its log could not be merged.");
        }
    }

    private static int Migrate(SqliteConnection connection, StoreFormat format, int version)
    {
        int found = version;
        for (; version < format.Version; version++)
        {
            Execute(connection, "BEGIN IMMEDIATE");
            Execute(connection, format.Steps[version]);
            Execute(connection, FormattableString.Invariant($"PRAGMA application_id={format.ApplicationId}"));
            Execute(connection, FormattableString.Invariant($"PRAGMA user_version={version + 1}"));
            Execute(connection, "COMMIT");
        }

        return found > 0 && found < format.Version ? found : -1;
    }

    private static int Number(SqliteConnection connection, string sql) => int.Parse(Scalar(connection, sql), CultureInfo.InvariantCulture);
}
