using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Sink.Influx;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Integration;

[Trait("Category", "Integration")]
public sealed class VictoriaMetricsTests
{
    [Theory]
    [InlineData(GzipMode.On)]
    [InlineData(GzipMode.Off)]
    public async Task Write_ManyScores_AllReadBackOnce(GzipMode gzip)
    {
        const int Windows = 25_000;
        Given given = new();
        await using VictoriaMetricsServer server = await VictoriaMetricsServer.StartAsync();
        InfluxOptions options = new() { Url = server.Url.ToString(), Bucket = "any", Gzip = gzip };
        await using InfluxDestination destination = await InfluxDestination.CreateAsync(
            options, null, TimeProvider.System, NullLogger<InfluxDestination>.Instance, CancellationToken.None);
        using ScoreBatch batch = given.Batch(Windows, stepNs: 1_000_000);
        batch.Append(Given.Window(given.Axis(), Given.StartUnixNs + (Windows * 1_000_000L), float.NaN, WindowStatus.Gap), []);
        batch.Append(Given.Transition());
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal((Windows + 2, Windows + 2, 0), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped));
        IReadOnlyList<(long UnixMs, double Value)> points = [];
        await Patience.UntilAsync(
            async () => (points = await server.ExportAsync("""vibration_score_mse{machine="pump",scorer="dense"}""")).Count >= Windows,
            "all points to show");
        Assert.Equal(Enumerable.Range(0, Windows).Select(i => ((Given.StartUnixNs / 1_000_000) + i, (double)i)), points);
    }
}
