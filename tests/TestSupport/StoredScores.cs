using System.Text.Json;

namespace Thrum.TestSupport;

/// <summary>A point of <c>vibration_score</c>, as InfluxDB gives it back.</summary>
/// <param name="TimeUnixNs">Its time.</param>
/// <param name="Score">Its score; null where the window has none.</param>
/// <param name="Status">Wire name of the window's status.</param>
/// <param name="State">Wire name of the alarm's state.</param>
public sealed record StoredScore(long TimeUnixNs, double? Score, string Status, string State);

/// <summary>Reads back what a gateway wrote.</summary>
public static class StoredScores
{
    /// <summary>Every point of a machine over all its series, in time order.</summary>
    public static async Task<IReadOnlyList<StoredScore>> ScoresAsync(this InfluxServer influx, string database, string machine)
    {
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows =
            await influx.QueryAsync($"SELECT score, status, state FROM vibration_score WHERE machine = '{machine}'", database);
        return [.. rows.Select(row => new StoredScore(
            row["time"].GetInt64(),
            row["score"].ValueKind == JsonValueKind.Null ? null : row["score"].GetDouble(),
            row["status"].GetString()!,
            row["state"].GetString()!))];
    }

    /// <summary>The ids of all transitions in <c>vibration_alarm</c>, of one machine or all, sorted.</summary>
    public static async Task<IReadOnlyList<string>> TransitionIdsAsync(this InfluxServer influx, string database, string? machine = null)
    {
        string where = machine is null ? "" : $" WHERE machine = '{machine}'";
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows =
            await influx.QueryAsync($"SELECT transition_id FROM vibration_alarm{where}", database);
        return [.. rows.Select(row => row["transition_id"].GetString()!).Order(StringComparer.Ordinal)];
    }

    /// <summary>Every point of a measurement with all tags and fields, as sorted text: equal where two databases hold the same.</summary>
    public static async Task<IReadOnlyList<string>> ContentAsync(this InfluxServer influx, string database, string measurement)
    {
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows = await influx.QueryAsync($"SELECT * FROM {measurement}", database);
        return [.. rows.Select(Text).Order(StringComparer.Ordinal)];

        static string Text(IReadOnlyDictionary<string, JsonElement> row) => string.Join(
            ' ', row.OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => $"{column.Key}={column.Value.GetRawText()}"));
    }
}
