using System.IO.Compression;
using Microsoft.Data.Sqlite;
using Thrum.Detector.Evidence;

namespace Thrum.Sink.Store;

/// <summary>The evidence of alarms in the local store: the newest, within <see cref="StoreOptions.EvidenceKept"/> and <see cref="StoreOptions.EvidenceBytes"/>. Thread-safe.</summary>
/// <param name="store">The store; its owner closes it.</param>
public sealed class EvidenceStore(LocalStore store) : IEvidenceStore
{
    /// <inheritdoc/>
    /// <exception cref="StoreException">The store refuses it.</exception>
    public async ValueTask PutAsync(IReadOnlyList<AlarmEvidence> evidence, CancellationToken cancellationToken)
    {
        (AlarmEvidence Of, byte[] Body)[] rows = [.. evidence.Select(one => (one, Compress(EvidenceJson.Write(one))))];
        await store.ExecuteAsync(
            session =>
            {
                foreach ((AlarmEvidence one, byte[] body) in rows)
                {
                    session.Evidence.Put(one.TransitionId, body, one.Diagnosis);
                }

                session.Evidence.Trim(store.Options.EvidenceKept, store.Options.EvidenceBytes);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public async ValueTask<AlarmEvidence?> FindAsync(Guid transitionId, CancellationToken cancellationToken)
    {
        byte[]? body = await store.ReadAsync(connection => Find(connection, transitionId), cancellationToken);
        return body is null ? null : EvidenceJson.Read(Decompress(body));
    }

    /// <summary>The evidence of a transition in a store that another process may have open; null where there is none.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="transitionId">Id of the transition.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public static AlarmEvidence? Read(string path, Guid transitionId)
    {
        try
        {
            using SqliteConnection connection = StoreFile.OpenForReading(path);
            return Find(connection, transitionId) is { } body ? EvidenceJson.Read(Decompress(body)) : null;
        }
        catch (SqliteException error)
        {
            throw new StoreException($"The evidence in {path} cannot be read: {error.Message}", error);
        }
    }

    private static byte[]? Find(SqliteConnection connection, Guid transitionId)
    {
        using SqliteCommand command = StoreSession.Prepare(connection, "SELECT body FROM alarm_evidence WHERE transition_id = $id", "$id");
        command.Parameters[0].Value = transitionId.ToByteArray(bigEndian: true);
        return command.ExecuteScalar() as byte[];
    }

    private static byte[] Compress(byte[] json)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(json);
        }

        return compressed.ToArray();
    }

    private static byte[] Decompress(byte[] body)
    {
        using MemoryStream json = new();
        using (GZipStream gzip = new(new MemoryStream(body), CompressionMode.Decompress))
        {
            gzip.CopyTo(json);
        }

        return json.ToArray();
    }
}
