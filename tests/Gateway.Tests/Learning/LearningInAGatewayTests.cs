using System.Text.Json;
using Thrum.Detector.Baselines;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Learning;

/// <summary>An axis without a model learns one in a whole gateway.</summary>
public sealed class LearningInAGatewayTests
{
    private const int Window = 64;

    [Theory]
    [InlineData(Durability.Memory)]
    [InlineData(Durability.Journal)]
    public async Task Run_AxisWithoutAModel_LearnsItsOwnAndKeepsItOverARestart(Durability durability)
    {
        await using RunningGateway gateway = await StartAsync(durability);
        await gateway.PublishAsync(150 * Window);
        JsonElement collecting = Assert.Single((await gateway.GetAsync("learning")).EnumerateArray());
        await gateway.PublishAsync(100 * Window);
        await gateway.UntilAsync(() => gateway.Log.Texts(EventIds.ModelLearned).Length == 1, "the model is learned");
        JsonElement live = Assert.Single((await gateway.GetAsync("learning")).EnumerateArray());
        int before = gateway.Windows.Count;
        await gateway.PublishAsync(20 * Window);
        await gateway.StopAsync();
        await gateway.StartAgainAsync();
        await gateway.PublishAsync(20 * Window);

        Assert.StartsWith("collecting ", collecting.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(("collecting", 200), (collecting.GetProperty("phase").GetString(), collecting.GetProperty("windowsWanted").GetInt32()));
        Assert.Equal("live", live.GetProperty("phase").GetString());
        Assert.StartsWith("model 'pump_s_x.", live.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty((await gateway.GetAsync("learning")).EnumerateArray());
        WindowScore[] scored = [.. gateway.Windows.Where(window => window.HasScore)];
        Assert.All(gateway.Windows.Take(before), window => Assert.Equal("baseline", window.Model.Name));
        WindowScore[] learned = [.. scored.Where(window => window.Model.Name != "baseline")];
        Assert.InRange(learned.Length, 39, 41);
        Assert.Single(learned.Select(window => window.Model.Revision).Distinct());
        Assert.All(learned, window => Assert.Equal(WindowStatus.Valid, window.Status));
        Assert.DoesNotContain(gateway.Log.Logger.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        string folder = Path.Combine(gateway.Folder.FullName, "thrum.learned");
        Assert.Equal([".json", ".md", ".onnx"], Directory.GetFiles(folder).Select(Path.GetExtension).Order());
    }

    [Fact]
    public async Task Run_StoppedWhileCollecting_GoesOnWhereItWas()
    {
        await using RunningGateway gateway = await StartAsync(Durability.Journal);
        await gateway.PublishAsync(150 * Window);
        int seen = Windows(await gateway.GetAsync("learning"));
        await gateway.StopAsync();
        await gateway.StartAgainAsync();
        await gateway.PublishAsync(10 * Window);

        Assert.Equal(seen + 10, Windows(await gateway.GetAsync("learning")));
        Assert.InRange(seen, 100, 111);
        await gateway.PublishAsync(100 * Window);
        await gateway.UntilAsync(() => gateway.Log.Texts(EventIds.ModelLearned).Length == 1, "the model is learned");
    }

    private static int Windows(JsonElement learning) => Assert.Single(learning.EnumerateArray()).GetProperty("windows").GetInt32();

    private static Task<RunningGateway> StartAsync(Durability durability) => RunningGateway.StartAsync(
        options => options with
        {
            Store = options.Store with { Durability = durability },
            Detector = options.Detector with
            {
                Models = [],
                Measures = new() { Buffer = TimeSpan.Zero },
                Quality = new() { Enabled = false },
                Baseline = new BaselineOptions
                {
                    Window = TimeSpan.FromMilliseconds(64),
                    Learning = TimeSpan.FromSeconds(1),
                    Calibration = TimeSpan.FromSeconds(1),
                    RaiseSigma = 500,
                    ClearSigma = 500,
                    Autoencoder = new LearningOptions { Enabled = true, Collect = TimeSpan.FromSeconds(10) },
                },
            },
        },
        withModel: false);
}
