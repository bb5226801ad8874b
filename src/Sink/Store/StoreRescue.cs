using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Thrum.Sink.Store;

/// <summary>
/// Makes a sound file of a damaged one: every row that can be read is copied to a new file, which takes the place of the old; the old one is kept
/// beside it. A table is read from both ends up to what is broken, so only rows in between are lost. Indexes are made anew.
/// </summary>
internal static class StoreRescue
{
    /// <summary>Rescues a closed file.</summary>
    /// <param name="path">The damaged file.</param>
    /// <param name="format">What is in it.</param>
    /// <param name="now">Part of the name under which the damaged file is kept.</param>
    /// <exception cref="StoreException">Nothing of it can be read, or the copy cannot be written.</exception>
    public static RescueReport Run(string path, StoreFormat format, DateTimeOffset now)
    {
        string kept = path + now.ToString("'.damaged-'yyyyMMddHHmmss", CultureInfo.InvariantCulture), rescued = path + ".rescued";
        try
        {
            Delete(rescued);
            KeepAside(path, kept);
            List<string> broken = [];
            using (SqliteConnection source = StoreFile.OpenForReading(path))
            using (SqliteConnection target = StoreFile.Create(rescued, format, StoreFile.VersionOf(source)))
            {
                foreach (string table in Texts(target, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"))
                {
                    (long rows, bool isWhole) = CopyTable(source, target, table);
                    if (!isWhole)
                    {
                        broken.Add(FormattableString.Invariant($"{table} ({rows} rows were kept)"));
                    }
                }

                StoreFile.Execute(target, "PRAGMA journal_mode=DELETE");
            }

            // A log of the old file would be merged into the new one.
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
            File.Move(rescued, path, overwrite: true);
            return new RescueReport(kept, broken);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The local store {path} is damaged, and what it holds could not be copied ({error.Message}); restore a backup or move the file away.", error);
        }
    }

    private static void KeepAside(string path, string kept)
    {
        foreach (string ending in new[] { "", "-wal" })
        {
            if (File.Exists(path + ending))
            {
                File.Copy(path + ending, kept + ending, overwrite: true);
            }
        }
    }

    private static void Delete(string rescued)
    {
        foreach (string ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(rescued + ending);
        }
    }

    private static (long Rows, bool IsWhole) CopyTable(SqliteConnection source, SqliteConnection target, string table)
    {
        bool hasOwnId = StoreFile.Scalar(target, $"SELECT count(*) FROM pragma_table_info('{table}') WHERE pk = 1 AND type = 'INTEGER'") == "1";
        string[] columns = Texts(target, $"SELECT name FROM pragma_table_info('{table}')");
        string names = string.Join(", ", hasOwnId ? columns : ["rowid", .. columns]);
        string[] parameters = [.. Enumerable.Range(0, hasOwnId ? columns.Length : columns.Length + 1).Select(i => FormattableString.Invariant($"$p{i}"))];
        StoreFile.Execute(target, "BEGIN IMMEDIATE");
        using SqliteCommand insert = FileSession.Prepare(target, $"INSERT OR IGNORE INTO {table} ({names}) VALUES ({string.Join(", ", parameters)})", parameters);
        string select = $"SELECT rowid, {names} FROM {table} NOT INDEXED WHERE rowid ";
        (long last, bool isWhole) = CopyUntilBroken(source, select + "> $limit ORDER BY rowid", insert, long.MinValue);
        if (!isWhole)
        {
            CopyUntilBroken(source, select + "> $limit ORDER BY rowid DESC", insert, last);
        }

        StoreFile.Execute(target, "COMMIT");
        return (long.Parse(StoreFile.Scalar(target, $"SELECT count(*) FROM {table}"), CultureInfo.InvariantCulture), isWhole);
    }

    /// <summary>Copies rows up to the first that cannot be read; the result is the last that could, and whether that was the end.</summary>
    private static (long Last, bool IsWhole) CopyUntilBroken(SqliteConnection source, string select, SqliteCommand insert, long limit)
    {
        long last = limit;
        try
        {
            using SqliteCommand command = FileSession.Prepare(source, select, "$limit");
            command.Parameters[0].Value = limit;
            using SqliteDataReader row = command.ExecuteReader();
            while (row.Read())
            {
                for (int i = 0; i < insert.Parameters.Count; i++)
                {
                    insert.Parameters[i].Value = row.GetValue(i + 1);
                }

                insert.ExecuteNonQuery();
                last = row.GetInt64(0);
            }

            return (last, true);
        }
        catch (SqliteException error) when (StoreFile.IsDamage(error))
        {
            return (last, false);
        }
    }

    private static string[] Texts(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = FileSession.Prepare(connection, sql);
        using SqliteDataReader row = command.ExecuteReader();
        List<string> texts = [];
        while (row.Read())
        {
            texts.Add(row.GetString(0));
        }

        return [.. texts];
    }
}

/// <summary>What came of a rescue.</summary>
/// <param name="Kept">Where the damaged file is.</param>
/// <param name="Broken">Tables that lost rows, in words; empty when only indexes or free pages were damaged.</param>
internal sealed record RescueReport(string Kept, IReadOnlyList<string> Broken)
{
    public string Words => Broken.Count == 0 ? "no row was lost" : $"rows were lost of {string.Join(", ", Broken)}";
}
