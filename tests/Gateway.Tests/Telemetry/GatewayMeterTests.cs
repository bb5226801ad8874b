using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Stages;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Telemetry;
using Thrum.Sink.Influx;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Telemetry;

/// <summary>The instruments of a gateway as Prometheus reads them.</summary>
public sealed partial class GatewayMeterTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private readonly StageCounters _decode = new("decode", "message", () => 7);
    private readonly StageCounters _score = new("score", "block");
    private LocalStore? _store;
    private InfluxDestination? _influx;
    private GatewayMeter? _meter;

    public async ValueTask InitializeAsync()
    {
        _decode.AddReceived(5);
        _decode.AddSent(3);
        _decode.AddDropped(DropReason.BadJson, 2);
        _decode.AddError();
        _store = await LocalStore.OpenAsync(
            new StoreOptions { Path = Path.Combine(_folder.FullName, "thrum.db") }, TimeProvider.System, NullLogger<LocalStore>.Instance);
        _influx = await InfluxDestination.CreateAsync(
            new InfluxOptions { Id = "archive", Url = "http://127.0.0.1:1", Bucket = "b" }, null, TimeProvider.System, NullLogger<InfluxDestination>.Instance, CancellationToken.None);
        _meter = new GatewayMeter();
        _meter.Observe(new GatewayStatus([_decode, _score], new WindowTally(TimeProvider.System, NullLogger<WindowTally>.Instance), [])
        {
            Grid = Overlapping(),
            Deliveries = [_influx.Health],
            Storage = new StorageStatus(_store, null, () => 1_000_000),
        });
        foreach (double seconds in (double[])[0.001, 0.0015, 3, 100])
        {
            _meter.Delivery.Record(seconds, new KeyValuePair<string, object?>("destination", "influx"));
        }
    }

    private static GridCounters Overlapping()
    {
        var grid = new GridCounters();
        grid.Add(GridEvent.Overlap, 4);
        return grid;
    }

    public async ValueTask DisposeAsync()
    {
        _meter!.Dispose();
        await _influx!.DisposeAsync();
        await _store!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("thrum_stage_received_total{stage=\"decode\",unit=\"message\"} 5")]
    [InlineData("thrum_stage_sent_total{stage=\"decode\",unit=\"message\"} 3")]
    [InlineData("thrum_stage_errors_total{stage=\"decode\",unit=\"message\"} 1")]
    [InlineData("thrum_stage_queue_length{stage=\"decode\",unit=\"message\"} 7")]
    [InlineData("thrum_stage_dropped_total{stage=\"decode\",unit=\"message\",reason=\"badJson\"} 2")]
    [InlineData("thrum_stage_received_total{stage=\"score\",unit=\"block\"} 0")]
    [InlineData("thrum_windows_total{status=\"valid\"} 0")]
    [InlineData("thrum_grid_restarts_total{reason=\"stepBack\"} 0")]
    [InlineData("thrum_grid_samples_left_out_total{reason=\"overlap\"} 4")]
    [InlineData("thrum_delivery_seconds_bucket{destination=\"influx\",le=\"0.001\"} 1")]
    [InlineData("thrum_delivery_seconds_bucket{destination=\"influx\",le=\"0.002\"} 2")]
    [InlineData("thrum_delivery_seconds_bucket{destination=\"influx\",le=\"16.384\"} 3")]
    [InlineData("thrum_delivery_seconds_bucket{destination=\"influx\",le=\"+Inf\"} 4")]
    [InlineData("thrum_delivery_seconds_sum{destination=\"influx\"} 103.0025")]
    [InlineData("thrum_delivery_seconds_count{destination=\"influx\"} 4")]
    [InlineData("thrum_destination_circuit_open{destination=\"archive\"} 0")]
    [InlineData("thrum_destination_gone{destination=\"archive\"} 0")]
    [InlineData("thrum_destination_oldest_seconds{destination=\"archive\"} 0")]
    [InlineData("thrum_ready 1")]
    [InlineData("thrum_samples_total 1000000")]
    [InlineData("thrum_disk_written_bytes_total{file=\"journal\"} 0")]
    public void ToPrometheus_Instruments_AreSamples(string line) => Assert.Contains(line, Lines());

    [Fact]
    public void Labels_AnyValue_IsEscaped() =>
        Assert.Equal(@"a=""x\\y\""z\nw"",b=""c""", PrometheusText.Labels([new("a", "x\\y\"z\nw"), new("b", "c")]));

    [Fact]
    public void ToPrometheus_Again_SaysTheCountersOfThen()
    {
        Lines();
        _decode.AddReceived(1);

        Assert.Contains("thrum_stage_received_total{stage=\"decode\",unit=\"message\"} 6", Lines());
    }

    [Fact]
    public void ToPrometheus_EverySample_FollowsTheGrammarAndItsFamily()
    {
        (string Name, string Type) family = ("", "");
        foreach (string line in Lines().Where(line => !line.StartsWith("# HELP", StringComparison.Ordinal)))
        {
            if (TypeLine().Match(line) is { Success: true } header)
            {
                family = (header.Groups[1].Value, header.Groups[2].Value);
            }
            else
            {
                Match sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                string[] names = family.Type == "histogram" ? [$"{family.Name}_bucket", $"{family.Name}_sum", $"{family.Name}_count"] : [family.Name];
                Assert.Contains(sample.Groups[1].Value, names);
            }
        }
    }

    [Fact]
    public void ToPrometheus_Families_StandOnce()
    {
        string[] types = [.. Types().Select(type => type.Name)];

        Assert.Equal(types.Distinct(), types);
        Assert.All(Types().Where(type => type.Type == "counter"), type => Assert.EndsWith("_total", type.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void ToPrometheus_End_IsALineFeed() => Assert.EndsWith("\n", _meter!.ToPrometheus(), StringComparison.Ordinal);

    [Fact]
    public void Document_Metrics_AreTheInstruments()
    {
        string[] documented = [.. File.ReadLines(Path.Combine(RepositoryPaths.Root, "docs", "telemetry.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success)
            .Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value} {string.Join(' ', Label().Matches(row.Groups[3].Value).Select(label => label.Groups[1].Value).Order(StringComparer.Ordinal))}")];

        Assert.Equal(Types().Select(type => $"{type.Name} {type.Type} {string.Join(' ', LabelsOf(type.Name))}").Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DeliveryTo_Durations_HasTheirQuantiles()
    {
        HistogramReading delivery = _meter!.DeliveryTo("influx")!;

        // Ranks 2 and 4 of 1, 1.5, 3000 and 100,000 ms: the end of the bucket to 2 ms, and beyond the last bound of 16.384 s.
        Assert.Equal(0.002, delivery.Quantile(0.5)!.Value, 1e-12);
        Assert.Equal(16.384, delivery.Quantile(1)!.Value, 1e-12);
        Assert.Null(_meter.DeliveryTo("another"));
    }

    [Fact]
    public void ToPrometheus_TwoGatewaysInAProcess_AreApart()
    {
        using GatewayMeter other = new();
        other.Observe(new GatewayStatus([_score], new WindowTally(TimeProvider.System, NullLogger<WindowTally>.Instance), []));
        other.Delivery.Record(1, new KeyValuePair<string, object?>("destination", "influx"));

        Assert.Contains("thrum_delivery_seconds_count{destination=\"influx\"} 4", Lines());
        Assert.DoesNotContain("decode", other.ToPrometheus(), StringComparison.Ordinal);
    }

    private string[] Lines() => _meter!.ToPrometheus().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private IEnumerable<(string Name, string Type)> Types() =>
        Lines().Select(line => TypeLine().Match(line)).Where(match => match.Success).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    private IEnumerable<string> LabelsOf(string family) => Lines()
        .Where(line => line.StartsWith(family + "{", StringComparison.Ordinal) || line.StartsWith(family + "_bucket{", StringComparison.Ordinal))
        .SelectMany(line => LabelName().Matches(line)).Select(label => label.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^# TYPE (\w+) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^([a-z_]+)(?:\{[a-z]+="(?:[^"\\]|\\.)+"(?:,[a-z]+="[^"]+")*\})? [0-9]+(?:\.[0-9]+)?(?:E[+-][0-9]+)?$""")]
    private static partial Regex Sample();

    [GeneratedRegex(@"^\| `((?:thrum|process)_\w+)` \| (\w+) \|([^|]*)\|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Label();

    [GeneratedRegex(@"[{,]([a-z]+)=""")]
    private static partial Regex LabelName();
}
