using Microsoft.Data.Sqlite;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Store;

/// <summary>The statements that keep the state of axes and machines. The common sequence of all shards is kept under an empty name.</summary>
internal sealed class CheckpointStatements(SqliteConnection connection) : IDisposable
{
    private static readonly AxisId Common = new("", "", "");

    private readonly SqliteCommand _put = FileSession.Prepare(
        connection,
        "INSERT INTO checkpoint VALUES ($m, $s, $a, $sequence, $state) ON CONFLICT (machine, sensor, axis) DO UPDATE SET sequence = excluded.sequence, state = excluded.state",
        "$m", "$s", "$a", "$sequence", "$state");

    private readonly SqliteCommand _all = FileSession.Prepare(connection, "SELECT machine, sensor, axis, sequence, state FROM checkpoint ORDER BY rowid");
    private readonly SqliteCommand _clear = FileSession.Prepare(connection, "DELETE FROM checkpoint");

    /// <summary>Stores a state in the place of the one before.</summary>
    public void Put(AxisId id, long sequence, byte[] state)
    {
        SqliteParameterCollection p = _put.Parameters;
        (p[0].Value, p[1].Value, p[2].Value, p[3].Value, p[4].Value) = (id.Machine, id.Sensor, id.Axis, sequence, state);
        _put.ExecuteNonQuery();
    }

    /// <summary>Stores the sequence up to which no shard needs a journal record any more.</summary>
    public void PutCommon(long sequence) => Put(Common, sequence, []);

    /// <summary>All states, and the common sequence, 0 when there is none.</summary>
    public (IReadOnlyList<StoredState> States, long Through) Load()
    {
        List<StoredState> states = [];
        long through = 0;
        using SqliteDataReader row = _all.ExecuteReader();
        while (row.Read())
        {
            AxisId id = new(row.GetString(0), row.GetString(1), row.GetString(2));
            if (id == Common)
            {
                through = row.GetInt64(3);
            }
            else
            {
                states.Add(new StoredState(id, row.GetInt64(3), row.GetFieldValue<byte[]>(4)));
            }
        }

        return (states, through);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _clear.ExecuteNonQuery();

    public void Dispose()
    {
        _put.Dispose();
        _all.Dispose();
        _clear.Dispose();
    }
}
