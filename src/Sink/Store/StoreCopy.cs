using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Thrum.Sink.Store;

/// <summary>Copies of the local store, for backups: made while a gateway uses it, and put back while none does.</summary>
public static class StoreCopy
{
    /// <summary>The newest version of the store's file that this program reads.</summary>
    public static int Version => StoreSchema.Format.Version;

    /// <summary>The version of a store, which another process may have open; the file is not changed.</summary>
    /// <param name="path">The database file.</param>
    /// <exception cref="StoreException">It is no store of ours, of a newer version, damaged, or cannot be read.</exception>
    public static Task<int> CheckAsync(string path) => Task.Run(() => Check(path));

    /// <summary>
    /// Writes all that was committed to a new file, in one transaction. The states of the sensors are those of the last checkpoint, and go with what the copy
    /// has of history, alarms and outboxes; a journal goes on behind them.
    /// </summary>
    /// <param name="path">The database file; a gateway may have it open.</param>
    /// <param name="target">The file to make; it must not exist.</param>
    /// <exception cref="StoreException">The store is no store of ours, of a newer version or damaged, or the copy cannot be written.</exception>
    public static Task CopyAsync(string path, string target) => Task.Run(() =>
    {
        Check(path);
        try
        {
            using (SqliteConnection connection = StoreFile.OpenForReading(path))
            using (SqliteCommand command = connection.CreateCommand())
            {
                command.CommandText = "VACUUM INTO $target";
                command.Parameters.AddWithValue("$target", target);
                command.ExecuteNonQuery();
            }

            // Migrates the copy too, and leaves it without a log beside it.
            using SqliteConnection copy = StoreFile.Open(target, StoreSchema.Format, out _);
            StoreFile.Execute(copy, "PRAGMA journal_mode=DELETE");
        }
        catch (SqliteException error)
        {
            throw new StoreException($"The local store {path} cannot be copied to {target}: {error.Message}", error);
        }
    });

    /// <summary>Puts a copy in the place of a store and takes away what belonged to the old one.</summary>
    /// <param name="copy">The copy; it is moved.</param>
    /// <param name="path">The database file; its folder is made when it is missing.</param>
    /// <exception cref="StoreException">A gateway has the store open.</exception>
    public static void Replace(string copy, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using FileStream held = StoreLock.Take(path);
        // A log of the old file would be merged into the new one.
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Move(copy, path, overwrite: true);
    }

    private static int Check(string path)
    {
        try
        {
            using SqliteConnection connection = StoreFile.OpenForReading(path);
            int owner = Number(connection, "PRAGMA application_id"), version = Number(connection, "PRAGMA user_version");
            if (owner != StoreSchema.Format.ApplicationId)
            {
                throw new StoreException($"The local store {path} is a database of another program; expected a file that Thrum made.");
            }

            if (version > Version)
            {
                throw new StoreException(FormattableString.Invariant($"The local store {path} has version {version}, made by a newer Thrum; this one reads up to {Version}."));
            }

            string verdict = StoreFile.Scalar(connection, "PRAGMA quick_check(1)");
            return verdict == "ok" ? version : throw new StoreException($"The local store {path} is damaged ({verdict}); restore a backup or move the file away.");
        }
        catch (SqliteException error)
        {
            throw new StoreException($"The local store {path} cannot be read: {error.Message}", error);
        }
    }

    private static int Number(SqliteConnection connection, string sql) => int.Parse(StoreFile.Scalar(connection, sql), CultureInfo.InvariantCulture);
}
