using Microsoft.Data.Sqlite;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Store;

/// <summary>The store's queries, on a connection of their own.</summary>
internal static class StoreQueries
{
    private const string HistorySql = $"""
        {HistoryOf} score_history_coarse {OfAxis}
        UNION ALL
        {HistoryOf} score_history {OfAxis}
        ORDER BY 11, 2
        """;

    private const string HistoryOf = """
        SELECT s.scorer, h.bucket_unix_ns, h.windows, h.scored, h.score_max, h.score_sum, h.p_min, h.threshold, h.state, h.status, s.id
        FROM score_series s JOIN
        """;

    private const string OfAxis = """
        h ON h.series = s.id
        WHERE s.machine = $m AND s.sensor = $s AND s.axis = $a AND h.bucket_unix_ns >= $from AND h.bucket_unix_ns < $to
        """;

    /// <summary>What <see cref="ReadTransition"/> reads.</summary>
    public const string TransitionColumns =
        "id, machine, sensor, axis, rule, severity, event_unix_ns, from_state, to_state, metric, value, threshold, diagnosis, message";

    private const string LatestSql = $"""
        SELECT {TransitionColumns}, max(rowid) FROM alarm_transition GROUP BY machine, sensor, axis, rule
        """;

    public static IReadOnlyList<HistoryPoint> History(
        SqliteConnection connection, AxisId axis, long from, long to, TimeSpan step, CancellationToken cancellationToken)
    {
        using SqliteCommand command = FileSession.Prepare(connection, HistorySql, "$m", "$s", "$a", "$from", "$to");
        object[] values = [axis.Machine, axis.Sensor, axis.Axis, from, to];
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        long stepNs = UnixTime.ToNs(step);
        List<HistoryPoint> points = [];
        using SqliteDataReader rows = command.ExecuteReader();
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            HistoryPoint next = ReadPoint(rows, stepNs);
            if (points.Count > 0 && points[^1].StartUnixNs == next.StartUnixNs && points[^1].Scorer == next.Scorer)
            {
                points[^1] = Join(points[^1], next);
            }
            else
            {
                points.Add(next);
            }
        }

        return points;
    }

    /// <summary>The latest transition of every alarm that ever was: its state now.</summary>
    public static IReadOnlyList<AlarmTransition> Latest(SqliteConnection connection)
    {
        using SqliteCommand command = StoreSession.Prepare(connection, LatestSql);
        List<AlarmTransition> transitions = [];
        using SqliteDataReader rows = command.ExecuteReader();
        while (rows.Read())
        {
            transitions.Add(ReadTransition(rows));
        }

        return transitions;
    }

    private static HistoryPoint ReadPoint(SqliteDataReader row, long stepNs)
    {
        long start = row.GetInt64(1);
        long scored = row.GetInt64(3);
        return new HistoryPoint
        {
            Scorer = row.GetString(0),
            StartUnixNs = stepNs > 0 ? start - Modulo(start, stepNs) : start,
            Windows = row.GetInt64(2),
            Scored = scored,
            MaxScore = Number(row, 4),
            MeanScore = scored > 0 ? row.GetDouble(5) / scored : double.NaN,
            MinPValue = Number(row, 6),
            Threshold = Number(row, 7),
            State = row.GetString(8),
            Status = row.GetString(9),
        };
    }

    private static HistoryPoint Join(HistoryPoint first, HistoryPoint second)
    {
        long scored = first.Scored + second.Scored;
        double sum = (first.Scored > 0 ? first.MeanScore * first.Scored : 0) + (second.Scored > 0 ? second.MeanScore * second.Scored : 0);
        return second with
        {
            Windows = first.Windows + second.Windows,
            Scored = scored,
            MaxScore = double.MaxNumber(first.MaxScore, second.MaxScore),
            MeanScore = scored > 0 ? sum / scored : double.NaN,
            MinPValue = double.MinNumber(first.MinPValue, second.MinPValue),
        };
    }

    /// <summary>The transition in a row of <see cref="TransitionColumns"/>.</summary>
    public static AlarmTransition ReadTransition(SqliteDataReader row) => new()
    {
        Id = new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true),
        Axis = new AxisId(row.GetString(1), row.GetString(2), row.GetString(3)),
        RuleId = row.GetString(4),
        Severity = row.GetString(5) == AlarmSeverity.Alarm.ToWireName() ? AlarmSeverity.Alarm : AlarmSeverity.Warning,
        EventTimeUnixNs = row.GetInt64(6),
        From = State(row.GetString(7)),
        To = State(row.GetString(8)),
        Metric = row.GetString(9),
        Value = Number(row, 10),
        Threshold = Number(row, 11),
        Diagnosis = row.GetString(12),
        Message = row.GetString(13),
    };

    private static AlarmState State(string name) => Enum.GetValues<AlarmState>().First(state => state.ToWireName() == name);

    private static double Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);

    /// <summary>The remainder that is never negative, so that times before 1970 fall into the right span.</summary>
    private static long Modulo(long value, long divisor) => ((value % divisor) + divisor) % divisor;
}
