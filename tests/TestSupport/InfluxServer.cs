using System.Globalization;
using System.Text.Json;

namespace Thrum.TestSupport;

/// <summary>InfluxDB 1.6 (Debian's <c>influxdb</c>) on a free loopback port; it can be stopped and started again on the same data.</summary>
public sealed class InfluxServer : IAsyncDisposable
{
    private readonly string _program;
    private readonly string _folder;
    private readonly HttpClient _client;
    private ServerProcess? _process;

    private InfluxServer(string program)
    {
        _program = program;
        _folder = ServerProcess.TemporaryFolder();
        Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}");
        _client = new HttpClient { BaseAddress = Url };
        File.WriteAllText(Path.Combine(_folder, "influxdb.conf"), Configuration());
    }

    public Uri Url { get; }

    /// <summary>Starts a server with an empty database of this name, or skips the test.</summary>
    public static async Task<InfluxServer> StartAsync(string database)
    {
        InfluxServer server = new(Require.Program("influxd"));
        await server.StartAgainAsync();
        await server.QueryAsync($"CREATE DATABASE {database}", null);
        return server;
    }

    /// <summary>Starts the server on the data it had.</summary>
    public async Task StartAgainAsync() => _process = await ServerProcess.StartAsync(
        _program,
        ["run", "-config", Path.Combine(_folder, "influxdb.conf")],
        async () => (await _client.GetAsync("ping")).IsSuccessStatusCode);

    /// <summary>Ends the server; its data stays.</summary>
    public Task StopAsync() => _process?.StopAsync() ?? Task.CompletedTask;

    /// <summary>Runs a statement of InfluxQL; times are ns. The result is the first statement's rows over all series, by column name.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>> QueryAsync(string statement, string? database)
    {
        Dictionary<string, string> form = new() { ["q"] = statement, ["epoch"] = "ns" };
        if (database is not null)
        {
            form["db"] = database;
        }

        using FormUrlEncodedContent content = new(form);
        using HttpResponseMessage response = await _client.PostAsync("query", content);
        string text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode || text.Contains("\"error\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{statement}: {text}");
        }

        return Rows(text);
    }

    /// <summary>The single number that a statement such as <c>SELECT count(x) …</c> gives; 0 when it gives none.</summary>
    public async Task<long> CountAsync(string statement, string database)
    {
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows = await QueryAsync(statement, database);
        return rows.Count == 0 ? 0 : rows.Sum(row => row["count"].GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static List<IReadOnlyDictionary<string, JsonElement>> Rows(string text)
    {
        List<IReadOnlyDictionary<string, JsonElement>> rows = [];
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement result = document.RootElement.GetProperty("results")[0];
        if (!result.TryGetProperty("series", out JsonElement series))
        {
            return rows;
        }

        foreach (JsonElement one in series.EnumerateArray())
        {
            string[] columns = [.. one.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
            foreach (JsonElement values in one.GetProperty("values").EnumerateArray())
            {
                Dictionary<string, JsonElement> row = [];
                for (int i = 0; i < columns.Length; i++)
                {
                    row[columns[i]] = values[i].Clone();
                }

                rows.Add(row);
            }
        }

        return rows;
    }

    private string Configuration() => string.Create(CultureInfo.InvariantCulture, $"""
        reporting-enabled = false
        bind-address = "127.0.0.1:{ServerProcess.FreePort()}"
        [meta]
          dir = "{_folder}/meta"
        [data]
          dir = "{_folder}/data"
          wal-dir = "{_folder}/wal"
        [monitor]
          store-enabled = false
        [http]
          bind-address = "127.0.0.1:{Url.Port}"
          log-enabled = false
        [logging]
          level = "error"
        """);
}
