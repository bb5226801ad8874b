using System.Globalization;
using Microsoft.Data.Sqlite;
using Thrum.Detector.Alarms;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

/// <summary>How SQLite finds transitions: what reads all of them grows with the years.</summary>
public sealed class QueryPlanTests
{
    [Fact]
    public async Task Alarms_AnyConditions_AreFoundByAnIndex()
    {
        AlarmQuery query = new(10) { Machine = "a", Sensor = "b", Axis = "c", Rule = "d", State = AlarmState.Normal, Severity = AlarmSeverity.Alarm, FromUnixNs = 1, UntilUnixNs = 2, Before = Guid.Empty };
        string[] conditions = [.. StorePages.ConditionsOf(query).Select(condition => condition.Condition)];

        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        Assert.Contains("SCAN alarm_transition USING INDEX alarm_transition_time", await PlanAsync(store, StorePages.SqlOf([])), StringComparison.Ordinal);
        Assert.Contains("USING INDEX alarm_transition_time (event_unix_ns<?)", await PlanAsync(store, StorePages.SqlOf([conditions[^1]])), StringComparison.Ordinal);
        Assert.Contains("USING INDEX alarm_transition_time (event_unix_ns>? AND event_unix_ns<?)", await PlanAsync(store, StorePages.SqlOf(conditions[6..])), StringComparison.Ordinal);
        Assert.Contains(
            "USING INDEX alarm_transition_axis (machine=? AND sensor=? AND axis=? AND event_unix_ns", await PlanAsync(store, StorePages.SqlOf([.. conditions[..3], conditions[^1]])),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_LaterTransitionOfTheSameAlarm_IsFoundByAnIndex()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        string plan = await PlanAsync(store, RetentionStatements.OldTransitionsSql);

        Assert.Contains("SEARCH t USING INTEGER PRIMARY KEY (rowid<?)", plan, StringComparison.Ordinal);
        Assert.Contains("SEARCH later USING COVERING INDEX alarm_transition_rule (machine=? AND sensor=? AND axis=? AND rule=? AND rowid>?)", plan, StringComparison.Ordinal);
    }

    private static async Task<string> PlanAsync(TemporaryStore store, string sql)
    {
        List<string> steps = [];
        await store.Store.ExecuteAsync(
            session =>
            {
                using SqliteCommand command = FileSession.Prepare(session.Connection, "EXPLAIN QUERY PLAN " + sql);
                foreach (string name in (string[])["$machine", "$sensor", "$axis", "$rule", "$state", "$severity", "$from", "$until", "$before", "$limit"])
                {
                    command.Parameters.AddWithValue(name, 1);
                }

                using SqliteDataReader rows = command.ExecuteReader();
                while (rows.Read())
                {
                    steps.Add(Convert.ToString(rows.GetValue(3), CultureInfo.InvariantCulture)!);
                }
            },
            CancellationToken.None);
        return string.Join("\n", steps);
    }
}
