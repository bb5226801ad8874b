using Microsoft.Data.Sqlite;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Sink.Store;

/// <summary>The statements that keep score history and alarm transitions.</summary>
internal sealed class HistoryStatements : IDisposable
{
    /// <summary>
    /// True where an earlier run wrote the bucket and this one begins no later than that one ended: the same windows are scored again, so
    /// they take the place of what is there. A run that goes on behind an earlier one adds to it.
    /// </summary>
    private const string Again = "(run <> excluded.run AND $first <= last_unix_ns)";

    private static readonly string MergeSql =
        "INSERT INTO score_history VALUES ($series, $bucket, $windows, $scored, $max, $sum, $p, $threshold, $state, $status, $last, $written, $run) "
        + OnConflict(Again);

    private readonly SqliteCommand _merge;
    private readonly SqliteCommand _addSeries;
    private readonly SqliteCommand _findSeries;
    private readonly SqliteCommand _transition;
    private readonly Dictionary<(AxisId Axis, string Scorer), long> _series = [];

    public HistoryStatements(SqliteConnection connection)
    {
        _merge = FileSession.Prepare(
            connection, MergeSql,
            "$series", "$bucket", "$windows", "$scored", "$max", "$sum", "$p", "$threshold", "$state", "$status", "$last", "$written", "$run", "$first");
        _addSeries = FileSession.Prepare(
            connection, "INSERT OR IGNORE INTO score_series (machine, sensor, axis, scorer) VALUES ($m, $s, $a, $c)", "$m", "$s", "$a", "$c");
        _findSeries = FileSession.Prepare(
            connection, "SELECT id FROM score_series WHERE machine = $m AND sensor = $s AND axis = $a AND scorer = $c", "$m", "$s", "$a", "$c");
        _transition = FileSession.Prepare(
            connection,
            "INSERT OR IGNORE INTO alarm_transition VALUES ($id, $m, $s, $a, $rule, $severity, $time, $from, $to, $metric, $value, $threshold, $diagnosis, $message, $written)",
            "$id", "$m", "$s", "$a", "$rule", "$severity", "$time", "$from", "$to", "$metric", "$value", "$threshold", "$diagnosis", "$message", "$written");
    }

    /// <summary>What becomes of a bucket that is there already.</summary>
    /// <param name="again">The condition under which the new row takes its place; otherwise it is added.</param>
    public static string OnConflict(string again) => $"""
        ON CONFLICT (series, bucket_unix_ns) DO UPDATE SET
          windows = iif({again}, 0, windows) + excluded.windows,
          scored = iif({again}, 0, scored) + excluded.scored,
          score_max = iif({again}, excluded.score_max, max(coalesce(score_max, excluded.score_max), coalesce(excluded.score_max, score_max))),
          score_sum = iif({again}, 0, score_sum) + excluded.score_sum,
          p_min = iif({again}, excluded.p_min, min(coalesce(p_min, excluded.p_min), coalesce(excluded.p_min, p_min))),
          threshold = iif({again} OR excluded.last_unix_ns >= last_unix_ns, excluded.threshold, threshold),
          state = iif({again} OR excluded.last_unix_ns >= last_unix_ns, excluded.state, state),
          status = iif({again} OR excluded.last_unix_ns >= last_unix_ns, excluded.status, status),
          last_unix_ns = iif({again}, excluded.last_unix_ns, max(last_unix_ns, excluded.last_unix_ns)),
          run = excluded.run
        """;

    /// <summary>Adds a row to its bucket, or puts it in the place of what an earlier run made of the same windows.</summary>
    /// <param name="row">The row.</param>
    /// <param name="run">This opening of the store.</param>
    /// <param name="written">Now.</param>
    public void Merge(in HistoryRow row, long run, DateTimeOffset written)
    {
        SqliteParameterCollection p = _merge.Parameters;
        p[0].Value = SeriesId(row.Axis, row.Scorer);
        p[1].Value = row.BucketUnixNs;
        p[2].Value = row.Windows;
        p[3].Value = row.Scored;
        p[4].Value = NullIfNaN(row.MaxScore);
        p[5].Value = row.ScoreSum;
        p[6].Value = NullIfNaN(row.MinPValue);
        p[7].Value = NullIfNaN(row.Threshold);
        p[8].Value = row.State.ToWireName();
        p[9].Value = row.Status.ToWireName();
        p[10].Value = row.LastUnixNs;
        p[11].Value = written.ToUnixTimeSeconds();
        p[12].Value = run;
        p[13].Value = row.FirstUnixNs;
        _merge.ExecuteNonQuery();
    }

    /// <summary>Stores a transition; false when the store has it already.</summary>
    public bool Add(AlarmTransition transition, DateTimeOffset written)
    {
        SqliteParameterCollection p = _transition.Parameters;
        p[0].Value = transition.Id.ToByteArray(bigEndian: true);
        p[1].Value = transition.Axis.Machine;
        p[2].Value = transition.Axis.Sensor;
        p[3].Value = transition.Axis.Axis;
        p[4].Value = transition.RuleId;
        p[5].Value = transition.Severity.ToWireName();
        p[6].Value = transition.EventTimeUnixNs;
        p[7].Value = transition.From.ToWireName();
        p[8].Value = transition.To.ToWireName();
        p[9].Value = transition.Metric;
        p[10].Value = NullIfNaN(transition.Value);
        p[11].Value = NullIfNaN(transition.Threshold);
        p[12].Value = transition.Diagnosis;
        p[13].Value = transition.Message;
        p[14].Value = written.ToUnixTimeSeconds();
        return _transition.ExecuteNonQuery() > 0;
    }

    /// <summary>Forgets what was learnt inside a transaction that did not commit.</summary>
    public void Forget() => _series.Clear();

    public void Dispose()
    {
        _merge.Dispose();
        _addSeries.Dispose();
        _findSeries.Dispose();
        _transition.Dispose();
    }

    // SQLite stores a NaN as NULL by itself, but the provider refuses to bind one.
    private static object NullIfNaN(double value) => double.IsNaN(value) ? DBNull.Value : value;

    private long SeriesId(AxisId axis, string scorer)
    {
        if (!_series.TryGetValue((axis, scorer), out long id))
        {
            Bind(_addSeries, axis, scorer);
            _addSeries.ExecuteNonQuery();
            Bind(_findSeries, axis, scorer);
            id = (long)_findSeries.ExecuteScalar()!;
            _series.Add((axis, scorer), id);
        }

        return id;
    }

    private static void Bind(SqliteCommand command, AxisId axis, string scorer)
    {
        command.Parameters[0].Value = axis.Machine;
        command.Parameters[1].Value = axis.Sensor;
        command.Parameters[2].Value = axis.Axis;
        command.Parameters[3].Value = scorer;
    }
}
