using Microsoft.Data.Sqlite;

namespace Thrum.Sink.Store;

/// <summary>Tells what a journal holds that nobody will process: one that was left when a gateway was changed to memory mode.</summary>
public static class LeftoverJournal
{
    /// <summary>Messages and commands in the journal beside a store that no checkpoint covers; 0 when there is no journal.</summary>
    /// <param name="options">Where the store is; a gateway may have it open.</param>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public static Task<long> CountAsync(StoreOptions options) => Task.Run(() =>
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!File.Exists(options.JournalPath))
        {
            return 0;
        }

        try
        {
            long through = File.Exists(options.Path)
                ? Read(options.Path, "SELECT coalesce(max(sequence), 0) FROM checkpoint WHERE machine = '' AND sensor = '' AND axis = '' AND $through = 0", 0)
                : 0;
            return Read(
                options.JournalPath,
                "SELECT coalesce(sum(min(count, first + count - 1 - $through)), 0) FROM batch WHERE first + count - 1 > $through",
                through);
        }
        catch (SqliteException error)
        {
            throw new StoreException($"The journal {options.JournalPath} cannot be read: {error.Message}", error);
        }
    });

    private static long Read(string path, string sql, long through)
    {
        using SqliteConnection connection = StoreFile.OpenForReading(path);
        using SqliteCommand command = FileSession.Prepare(connection, sql, "$through");
        command.Parameters[0].Value = through;
        return (long)command.ExecuteScalar()!;
    }
}
