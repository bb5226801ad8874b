using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Hosting;

/// <summary>Models that change while the gateway runs, through its HTTP interface.</summary>
public sealed class LiveModelsTests
{
    private const string Sidecar = """{"scale":"5"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Durability.Memory)]
    [InlineData(Durability.Journal)]
    public async Task Reload_ReplacedFile_IsLiveForTheNextWindowAndAfterARestart(Durability durability)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with { Store = options.Store with { Durability = durability } });
        await gateway.PublishAsync(160);
        string before = await RevisionAsync(gateway);
        (int same, JsonElement answer) = await gateway.PostAsync("models/tiny/reload");
        await File.WriteAllTextAsync(gateway.ModelPath + ".json", Sidecar, Cancelled);

        (int status, JsonElement done) = await gateway.PostAsync("models/tiny/reload", new { by = "ann" });
        await gateway.PublishAsync(160);
        string after = await RevisionAsync(gateway);
        await gateway.StopAsync();
        await gateway.StartAgainAsync();
        await gateway.PublishAsync(160);

        Assert.Equal((200, "the file of model 'tiny' is the one in use"), (same, answer.GetProperty("message").GetString()));
        Assert.Equal((200, $"model 'tiny' is revision {after} from now on, on 1 axes"), (status, done.GetProperty("message").GetString()));
        Assert.NotEqual(before, after);
        Assert.Equal(after, await RevisionAsync(gateway));
        Assert.Equal(
            [.. Enumerable.Repeat(before, 10), .. Enumerable.Repeat(after, 20)],
            gateway.Windows.Where(window => window.HasScore).Select(window => window.Model.Revision));
        Assert.Contains($"Model 'tiny' for * changed from revision {before} to {after} on 1 axes (ann)", gateway.Log.Texts(EventIds.ModelTaken));
        Assert.Equal(durability == Durability.Journal, Directory.Exists(Path.Combine(gateway.Folder.FullName, "thrum.models")));
    }

    [Theory]
    [InlineData("not a model")]
    [InlineData("")]
    public async Task Reload_BadFile_IsRefusedWithItsReasonAndTheOldOneGoesOn(string content)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await gateway.PublishAsync(160);
        string before = await RevisionAsync(gateway);
        await File.WriteAllTextAsync(gateway.ModelPath, content, Cancelled);

        (int status, JsonElement problem) = await gateway.PostAsync("models/tiny/reload");
        (int unknown, _) = await gateway.PostAsync("models/fan/reload");
        await gateway.PublishAsync(160);

        Assert.Equal((422, 404), (status, unknown));
        Assert.Contains("Detector:Models:0: Model", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("expected", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Single(gateway.Log.Texts(EventIds.ModelRefused));
        Assert.All(gateway.Windows.Where(window => window.HasScore), window => Assert.Equal(before, window.Model.Revision));
    }

    [Fact]
    public async Task Watch_FileThatAppears_TakesTheAxesThatHadNone()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            options => options with
            {
                Detector = options.Detector with
                {
                    ModelWatch = TimeSpan.FromMilliseconds(50),
                    Models = [options.Detector.Models[0] with { Optional = true }],
                    Measures = new() { Buffer = TimeSpan.Zero },
                },
            },
            withModel: false);
        await gateway.PublishAsync(2000);
        TinyModel.Write(gateway.ModelPath);
        await gateway.UntilAsync(() => gateway.Log.Texts(EventIds.ModelTaken).Length == 1, "the file is taken");

        await gateway.PublishAsync(160);

        Assert.Equal(WindowStatus.NoModel, gateway.Windows[0].Status);
        Assert.Equal(10, gateway.Windows.Count(window => window.HasScore));
        Assert.Single((await gateway.GetAsync("models")).EnumerateArray());
    }

    [Fact]
    public async Task Start_FileReplacedWhileItWasDown_TakesItBehindTheReplay()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await gateway.PublishAsync(168);
        string before = await RevisionAsync(gateway);
        await gateway.StopAsync();
        await File.WriteAllTextAsync(gateway.ModelPath + ".json", Sidecar, Cancelled);
        await gateway.StartAgainAsync();
        await gateway.UntilAsync(() => gateway.Log.Texts(EventIds.ModelTaken).Length == 1, "the new file is taken");

        await gateway.PublishAsync(152);

        string after = await RevisionAsync(gateway);
        Assert.NotEqual(before, after);
        string[] revisions = [.. gateway.Windows.Where(window => window.HasScore).Select(window => window.Model.Revision)];
        Assert.Equal(20, revisions.Length);
        Assert.Equal([before, after], revisions.Distinct());
        Assert.DoesNotContain(gateway.Log.Logger.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Shadow_ComparedAndPromoted_IsTheModelFromThenOn()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with
        {
            Detector = options.Detector with
            {
                Models = [options.Detector.Models[0] with { Shadow = Path.Combine(Path.GetDirectoryName(options.Detector.Models[0].Path)!, "next.onnx") }],
                Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 30, Clear = 20, RaiseCount = 1, OfWindows = 1 }],
            },
        });
        string candidate = Path.Combine(gateway.Folder.FullName, "next.onnx");
        await gateway.PublishAsync(160);
        (int none, _) = await gateway.PostAsync("models/tiny/promote");
        TinyModel.Write(candidate);
        await File.WriteAllTextAsync(candidate + ".json", Sidecar, Cancelled);
        (int begun, _) = await gateway.PostAsync("models/tiny/reload");
        await gateway.PublishAsync(160);
        await gateway.PublishAsync(80, amplitude: 100);
        (int acknowledged, _) = await gateway.PostAsync("alarms/pump/s/x/score/acknowledge");
        await gateway.PublishAsync(80, amplitude: 100);
        await gateway.PublishAsync(160);
        JsonElement report = Assert.Single((await gateway.GetAsync("models/tiny/shadow")).EnumerateArray());
        await gateway.StopAsync();
        await gateway.StartAgainAsync();
        await gateway.PublishAsync(160);
        JsonElement later = Assert.Single((await gateway.GetAsync("models/tiny/shadow")).EnumerateArray());
        string shadow = later.GetProperty("shadowRevision").GetString()!, before = await RevisionAsync(gateway);

        (int promoted, JsonElement answer) = await gateway.PostAsync("models/tiny/promote", new { by = "ann" });
        await gateway.PublishAsync(160);

        Assert.Equal((409, 200, 200, 200), (none, begun, acknowledged, promoted));
        JsonElement overall = report.GetProperty("overall"), live = overall.GetProperty("live");
        Assert.Equal((30, 1.0), (overall.GetProperty("windows").GetInt32(), overall.GetProperty("agreement").GetDouble()));
        Assert.Equal((1, 0, 10), (live.GetProperty("alarms").GetInt32(), live.GetProperty("unconfirmedAlarms").GetInt32(), live.GetProperty("alarmWindows").GetInt32()));
        Assert.Equal(1.0, live.GetProperty("auroc").GetDouble());
        Assert.Equal(30, overall.GetProperty("shadow").GetProperty("pValues").EnumerateArray().Sum(bin => bin.GetInt32()));
        Assert.Equal("pump/s/x", Assert.Single(report.GetProperty("axes").EnumerateArray()).GetProperty("axis").GetString());
        Assert.Equal(40, later.GetProperty("overall").GetProperty("windows").GetInt32());
        Assert.Equal($"model 'tiny' is revision {shadow} from now on, on 1 axes", answer.GetProperty("message").GetString());
        Assert.Equal((shadow, "tiny"), (gateway.Windows[^1].Model.Revision, gateway.Windows[^1].Model.Name));
        Assert.NotEqual(before, shadow);
        Assert.Empty((await gateway.GetAsync("models/tiny/shadow")).EnumerateArray());
        Assert.False(File.Exists(candidate) || File.Exists(candidate + ".json"));
        Assert.Equal(ModelFile.Read(gateway.ModelPath + ".before").Hash[..12], before);
        Assert.DoesNotContain(gateway.Log.Logger.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Shadow_OfAModelOfTwoAxes_IsComparedOnTheJointAxisAndPromoted()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(options =>
        {
            string path = options.Detector.Models[0].Path;
            File.WriteAllText(path + ".json", """{"axes":["x","y"],"window":"8","hop":"8"}""");
            return options with
            {
                Detector = options.Detector with
                {
                    Models = [options.Detector.Models[0] with { Shadow = Path.Combine(Path.GetDirectoryName(path)!, "next.onnx") }],
                    Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 30, Clear = 20, RaiseCount = 1, OfWindows = 1 }],
                },
            };
        });
        await PublishBothAsync(0);
        string candidate = Path.Combine(gateway.Folder.FullName, "next.onnx");
        TinyModel.Write(candidate);
        await File.WriteAllTextAsync(candidate + ".json", """{"axes":["y","x"],"window":"8","hop":"8","scale":"5"}""", Cancelled);
        (int otherOrder, JsonElement problem) = await gateway.PostAsync("models/tiny/reload");
        await File.WriteAllTextAsync(candidate + ".json", """{"axes":["x","y"],"window":"8","hop":"8","scale":"5"}""", Cancelled);
        (int begun, _) = await gateway.PostAsync("models/tiny/reload");

        await PublishBothAsync(1);
        JsonElement report = await ComparedAsync(20);
        (int promoted, _) = await gateway.PostAsync("models/tiny/promote", new { by = "ann" });
        await PublishBothAsync(2);

        Assert.Equal((422, 200, 200), (otherOrder, begun, promoted));
        Assert.EndsWith("at 1000 Hz of x + y, found 8 every 8 at 1000 Hz of y + x", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        JsonElement compared = Assert.Single(report.GetProperty("axes").EnumerateArray());
        Assert.Equal(("pump/s/all", 20), (compared.GetProperty("axis").GetString(), compared.GetProperty("windows").GetInt32()));
        Assert.Equal(20, gateway.Windows.Count(window => window.Stream.Id.Axis == AxisId.Joint && window.Model.Revision == report.GetProperty("shadowRevision").GetString()));

        async Task PublishBothAsync(int turn)
        {
            await gateway.SendAsync("v/pump/s/y", new float[160], gateway.StartUnixNs + (turn * 160_000_000L));
            await gateway.PublishAsync(160);
            await gateway.UntilAsync(() => gateway.Windows.Count(window => window.Stream.Id.Axis == AxisId.Joint) == 20 * (turn + 1), "all joint windows have left");
        }

        // The comparison is another destination than the one that sees windows leave.
        async Task<JsonElement> ComparedAsync(int windows)
        {
            JsonElement report = default;
            do
            {
                Cancelled.ThrowIfCancellationRequested();
                report = Assert.Single((await gateway.GetAsync("models/tiny/shadow")).EnumerateArray());
            }
            while (report.GetProperty("overall").GetProperty("windows").GetInt32() < windows);
            return report;
        }
    }

    [Fact]
    public async Task Shadow_OfTheSameName_IsRefused()
    {
        string shadow = "";
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with
        {
            Detector = options.Detector with { Models = [options.Detector.Models[0] with { Shadow = shadow = Path.Combine(Path.GetDirectoryName(options.Detector.Models[0].Path)!, "sub", "tiny.onnx") }] },
        });
        Directory.CreateDirectory(Path.GetDirectoryName(shadow)!);
        TinyModel.Write(shadow);
        (int sameName, JsonElement name) = await gateway.PostAsync("models/tiny/reload");

        Assert.Equal(422, sameName);
        Assert.Contains("expected a shadow of another name than 'tiny'", name.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<string> RevisionAsync(RunningGateway gateway) =>
        Assert.Single((await gateway.GetAsync("models")).EnumerateArray()).GetProperty("revision").GetString()!;
}
