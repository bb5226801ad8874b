using System.Globalization;
using System.Text.Json;

namespace Thrum.TestSupport;

/// <summary>VictoriaMetrics on a free loopback port. It keeps numbers only, in milliseconds, and shows points late: poll.</summary>
public sealed class VictoriaMetricsServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly HttpClient _client;
    private ServerProcess? _process;

    private VictoriaMetricsServer()
    {
        _folder = ServerProcess.TemporaryFolder();
        Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}");
        _client = new HttpClient { BaseAddress = Url };
    }

    public Uri Url { get; }

    /// <summary>Starts an empty server, or skips the test.</summary>
    public static async Task<VictoriaMetricsServer> StartAsync()
    {
        string program = Require.Program("victoria-metrics");
        VictoriaMetricsServer server = new();
        server._process = await ServerProcess.StartAsync(
            program,
            [$"-httpListenAddr=127.0.0.1:{server.Url.Port}", $"-storageDataPath={server._folder}/data", "-retentionPeriod=100y", "-loggerLevel=ERROR"],
            async () => (await server._client.GetAsync("health")).IsSuccessStatusCode);
        return server;
    }

    /// <summary>All values of a metric, as (ms since 1970, value), in time order, over all its series.</summary>
    /// <param name="selector">For instance <c>vibration_score_mse{machine="pump"}</c>.</param>
    public async Task<IReadOnlyList<(long UnixMs, double Value)>> ExportAsync(string selector)
    {
        string text = await _client.GetStringAsync($"api/v1/export?match[]={Uri.EscapeDataString(selector)}");
        List<(long, double)> points = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            IEnumerable<long> times = document.RootElement.GetProperty("timestamps").EnumerateArray().Select(time => time.GetInt64());
            IEnumerable<double> values = document.RootElement.GetProperty("values").EnumerateArray().Select(value => value.GetDouble());
            points.AddRange(times.Zip(values));
        }

        return [.. points.OrderBy(point => point.Item1)];
    }

    /// <summary>Takes in samples in Prometheus' text format, all at one moment.</summary>
    public async Task ImportAsync(string text, DateTimeOffset moment)
    {
        using StringContent content = new(text);
        (await _client.PostAsync(string.Create(CultureInfo.InvariantCulture, $"api/v1/import/prometheus?timestamp={moment.ToUnixTimeMilliseconds()}"), content)).EnsureSuccessStatusCode();
    }

    /// <summary>Evaluates PromQL at a moment; the number of series it gives.</summary>
    public async Task<int> QueryAsync(string query, DateTimeOffset moment)
    {
        using HttpResponseMessage response = await _client.GetAsync(string.Create(
            CultureInfo.InvariantCulture, $"api/v1/query?query={Uri.EscapeDataString(query)}&time={moment.ToUnixTimeSeconds()}&nocache=1"));
        string text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{query}: {text}");
        }

        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
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
}
