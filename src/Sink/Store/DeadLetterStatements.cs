using Microsoft.Data.Sqlite;
using Thrum.Detector.Stages;

namespace Thrum.Sink.Store;

/// <summary>The statements of the dead letters.</summary>
internal sealed class DeadLetterStatements : IDisposable
{
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _trimCount;
    private readonly SqliteCommand _trimBytes;

    public DeadLetterStatements(SqliteConnection connection)
    {
        _insert = FileSession.Prepare(
            connection,
            "INSERT INTO dead_letter (kind, source, reason, detail, received_unix_ns, properties, bytes, payload) VALUES ($k, $s, $r, $d, $t, $p, $b, $body)",
            "$k", "$s", "$r", "$d", "$t", "$p", "$b", "$body");
        _trimCount = FileSession.Prepare(
            connection, "DELETE FROM dead_letter WHERE id <= (SELECT id FROM dead_letter ORDER BY id DESC LIMIT 1 OFFSET $n)", "$n");
        // The running sum counts from the newest.
        _trimBytes = FileSession.Prepare(
            connection,
            "DELETE FROM dead_letter WHERE id <= (SELECT id FROM (SELECT id, sum(length(payload)) OVER (ORDER BY id DESC) AS total FROM dead_letter) "
            + "WHERE total > $bytes ORDER BY id DESC LIMIT 1)",
            "$bytes");
    }

    public void Insert(DeadLetter letter)
    {
        SqliteParameterCollection values = _insert.Parameters;
        values[0].Value = letter.Kind;
        values[1].Value = letter.Source;
        values[2].Value = letter.Reason.ToWireName();
        values[3].Value = letter.Detail;
        values[4].Value = letter.ReceivedUnixNs;
        values[5].Value = letter.Properties;
        values[6].Value = letter.Bytes;
        values[7].Value = letter.Payload.ToArray();
        _insert.ExecuteNonQuery();
    }

    /// <summary>Deletes the oldest beyond the limits.</summary>
    public void Trim(int maxLetters, long maxBytes)
    {
        _trimCount.Parameters[0].Value = maxLetters;
        _trimCount.ExecuteNonQuery();
        _trimBytes.Parameters[0].Value = maxBytes;
        _trimBytes.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _trimCount.Dispose();
        _trimBytes.Dispose();
    }
}
