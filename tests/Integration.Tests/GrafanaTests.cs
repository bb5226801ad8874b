using System.Text.Json;
using System.Text.RegularExpressions;

namespace Thrum.Integration.Tests;

/// <summary>The dashboards in <c>deploy/grafana</c>: every query of theirs is asked of a real InfluxDB that the gateway has filled.</summary>
[Trait("Category", "Integration")]
public sealed partial class GrafanaTests
{
    private const string Database = "vibration";

    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "deploy", "grafana");

    /// <summary>Grafana's own source: what it reckons from other queries.</summary>
    private const string Expressions = "__expr__";

    private static readonly string[] KnownUnits = ["short", "mm/s", "bytes", "s", "cps"];

    [Fact]
    public async Task InfluxQueries_OnWhatTheGatewayWrote_ReturnRows()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database).WithMeasures();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();
        Published published = await Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, "--speed", "max");
        await gateway.WaitForMetricsAsync(m => m.Sent("influx") > Cwru.WindowsIn(published.Samples), "points and alarms are stored");

        List<string> empty = [];
        foreach (string query in Queries())
        {
            if ((await influx.QueryAsync(Fill(query), Database)).Count == 0)
            {
                empty.Add(query);
            }
        }

        Assert.Empty(empty);
    }

    [Fact]
    public async Task HealthQueries_OnTheGatewaysMetrics_ReturnRows()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        await using VictoriaMetricsServer prometheus = await VictoriaMetricsServer.StartAsync();
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        long windows = Cwru.WindowsIn((await Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, "--speed", "max")).Samples);
        await gateway.WaitForMetricsAsync(m => m.Sent("influx") > windows, "points are stored");
        // The same once more: duplicates are drops.
        await Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, "--speed", "max");
        await gateway.WaitForMetricsAsync(m => m.Dropped("score") > 0, "the repeat is dropped");
        await prometheus.ImportAsync(await gateway.MetricsTextAsync(), now - TimeSpan.FromSeconds(40));
        await Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, "--speed", "max");
        windows += Cwru.WindowsIn((await Cwru.ReplayAsync(broker.Port, Cwru.OuterRace, "--speed", "max")).Samples);
        await gateway.WaitForMetricsAsync(m => m.Sent("influx") > windows, "more points are stored");
        await prometheus.ImportAsync(await gateway.MetricsTextAsync(), now - TimeSpan.FromSeconds(5));

        string[] queries = [.. Dashboards().SelectMany(dashboard => dashboard.GetProperty("panels").EnumerateArray())
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Where(target => target.TryGetProperty("expr", out _)).Select(target => target.GetProperty("expr").GetString()!)];
        Assert.NotEmpty(queries);
        await Patience.UntilAsync(
            async () => (await Task.WhenAll(queries.Select(query => prometheus.QueryAsync(query, now)))).All(rows => rows > 0),
            $"rows for each of {string.Join(" | ", queries)}");
    }

    [Fact]
    public void Dashboards_PanelsAndVariables_AreConsistent()
    {
        string provisioning = string.Concat(Directory.GetFiles(Path.Combine(Folder, "provisioning"), "*.yml", SearchOption.AllDirectories).Select(File.ReadAllText));
        HashSet<string> sources = [.. SourceUid().Matches(provisioning).Select(match => match.Groups[1].Value)];
        List<string> uids = [];
        foreach (JsonElement dashboard in Dashboards())
        {
            uids.Add(dashboard.GetProperty("uid").GetString()!);
            Assert.Empty(SourcesOf(dashboard).Except(sources));
            JsonElement[] panels = [.. dashboard.GetProperty("panels").EnumerateArray()];
            Assert.Equal(panels.Length, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
            string[] variables = [.. dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()!)];
            foreach (JsonElement target in panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray()))
            {
                string text = target.TryGetProperty("query", out JsonElement query) ? query.GetString()! : "";
                Assert.Empty(Variable().Matches(text).Select(match => match.Groups[1].Value).Except(["timeFilter", "__interval", .. variables]));
            }

            Assert.Empty(panels.Select(Unit).OfType<string>().Except(KnownUnits));
            Assert.All(panels, panel => Assert.InRange(panel.GetProperty("gridPos").GetProperty("x").GetInt32() + panel.GetProperty("gridPos").GetProperty("w").GetInt32(), 1, 24));
        }

        string[] ofRules = [.. RuleSource().Matches(File.ReadAllText(Path.Combine(Folder, "provisioning", "alerting", "thrum.yml"))).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(ofRules);
        Assert.Empty(ofRules.Except([Expressions, .. sources]));
        Assert.Equal(uids.Count, uids.Distinct().Count());
        Assert.Empty(new[] { "thrum-fleet", "thrum-sensor", "thrum-gateway" }.Except(uids));
    }

    /// <summary>The data sources that a dashboard names: of its targets, variables and annotations, each of which has to name one, and wherever else.</summary>
    private static IEnumerable<string> SourcesOf(JsonElement dashboard)
    {
        foreach (JsonElement asking in dashboard.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Concat(dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()).Concat(dashboard.GetProperty("annotations").GetProperty("list").EnumerateArray()))
        {
            yield return asking.GetProperty("datasource").GetProperty("uid").GetString()!;
        }

        foreach (Match named in NamedSource().Matches(dashboard.GetRawText()))
        {
            yield return named.Groups[1].Value;
        }
    }

    private static string? Unit(JsonElement panel) =>
        panel.GetProperty("fieldConfig").GetProperty("defaults").TryGetProperty("unit", out JsonElement unit) ? unit.GetString() : null;

    private static IEnumerable<JsonElement> Dashboards() =>
        Directory.GetFiles(Path.Combine(Folder, "dashboards"), "*.json").Order().Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement);

    /// <summary>Of panels, variables and annotations, those that go to InfluxDB, and of the alert rules.</summary>
    private static IEnumerable<string> Queries()
    {
        foreach (JsonElement dashboard in Dashboards())
        {
            IEnumerable<JsonElement> all = dashboard.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Concat(dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()).Concat(dashboard.GetProperty("annotations").GetProperty("list").EnumerateArray());
            foreach (JsonElement target in all.Where(target => target.TryGetProperty("query", out _)))
            {
                yield return target.GetProperty("query").GetString()!;
            }
        }

        foreach (Match match in RuleQuery().Matches(File.ReadAllText(Path.Combine(Folder, "provisioning", "alerting", "thrum.yml"))))
        {
            yield return match.Groups[1].Value;
        }
    }

    /// <summary>What Grafana puts in the place of its variables.</summary>
    private static string Fill(string query)
    {
        DateTimeOffset end = Cwru.Start + TimeSpan.FromMinutes(10);
        return query.Replace("$timeFilter", $"time >= '{Cwru.Start:yyyy-MM-ddTHH:mm:ssZ}' AND time <= '{end:yyyy-MM-ddTHH:mm:ssZ}'", StringComparison.Ordinal)
            .Replace("$__interval", "10s", StringComparison.Ordinal).Replace("$machine", ".*", StringComparison.Ordinal).Replace("$sensor", ".*", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"uid: (thrum-[a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex SourceUid();

    [GeneratedRegex(@"""datasource""\s*:\s*\{[^}]*""uid""\s*:\s*""([^""]*)""")]
    private static partial Regex NamedSource();

    [GeneratedRegex(@"datasourceUid: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex RuleSource();

    [GeneratedRegex(@"\$([A-Za-z_]+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"query: '([^']+)'")]
    private static partial Regex RuleQuery();
}
