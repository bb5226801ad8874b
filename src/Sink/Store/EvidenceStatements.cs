using Microsoft.Data.Sqlite;

namespace Thrum.Sink.Store;

/// <summary>The statements that keep the evidence of alarms.</summary>
internal sealed class EvidenceStatements : IDisposable
{
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _diagnose;
    private readonly SqliteCommand _trimCount;
    private readonly SqliteCommand _trimBytes;

    public EvidenceStatements(SqliteConnection connection)
    {
        _put = StoreSession.Prepare(connection, "INSERT OR REPLACE INTO alarm_evidence VALUES ($id, $body)", "$id", "$body");
        _diagnose = StoreSession.Prepare(connection, "UPDATE alarm_transition SET diagnosis = $diagnosis WHERE id = $id", "$diagnosis", "$id");
        _trimCount = StoreSession.Prepare(
            connection,
            "DELETE FROM alarm_evidence WHERE rowid <= (SELECT rowid FROM alarm_evidence ORDER BY rowid DESC LIMIT 1 OFFSET $keep)",
            "$keep");
        // The running sum counts from the newest, which stays whatever its size.
        _trimBytes = StoreSession.Prepare(
            connection,
            "DELETE FROM alarm_evidence WHERE rowid <= (SELECT rowid FROM (SELECT rowid, sum(length(body)) OVER (ORDER BY rowid DESC) AS total FROM alarm_evidence) "
            + "WHERE total > $bytes AND rowid < (SELECT max(rowid) FROM alarm_evidence) ORDER BY rowid DESC LIMIT 1)",
            "$bytes");
    }

    /// <summary>Keeps the evidence of a transition in the place of what there was, and gives the transition its diagnosis.</summary>
    public void Put(Guid transitionId, byte[] body, string diagnosis)
    {
        byte[] id = transitionId.ToByteArray(bigEndian: true);
        _put.Parameters[0].Value = id;
        _put.Parameters[1].Value = body;
        _put.ExecuteNonQuery();
        _diagnose.Parameters[0].Value = diagnosis;
        _diagnose.Parameters[1].Value = id;
        _diagnose.ExecuteNonQuery();
    }

    /// <summary>Deletes the oldest beyond the limits.</summary>
    public void Trim(int keep, long maxBytes)
    {
        _trimCount.Parameters[0].Value = keep;
        _trimCount.ExecuteNonQuery();
        _trimBytes.Parameters[0].Value = maxBytes;
        _trimBytes.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _put.Dispose();
        _diagnose.Dispose();
        _trimCount.Dispose();
        _trimBytes.Dispose();
    }
}
