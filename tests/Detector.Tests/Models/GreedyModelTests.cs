using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Models;

/// <summary>Well-formed models that ask for more memory or time than a gateway has: refused, and the process goes on.</summary>
public sealed class GreedyModelTests
{
    private const int Window = 24;

    public static TheoryData<string> Greedy => ["of a constant shape", "beyond the limit", "expanded", "doubled by concatenation", "an outer product"];

    [Fact]
    public void Load_FrugalModel_RunsAsItIsWritten()
    {
        using AutoencoderModel model = Load(Model().Node("Neg", ["x"], ["more"]));
        using var runner = new BatchRunner(model, 3);
        runner.Input(1)[5] = 2;

        runner.Run(3);

        // x + mean(−x) in place of x
        Assert.Equal(2 - (2f / Window), runner.Output(1)[5], 1e-6f);
        Assert.Equal(-2f / Window, runner.Output(1)[6], 1e-6f);
    }

    [Theory]
    [MemberData(nameof(Greedy))]
    public void Load_ModelThatAsksForTooMuch_IsRefused(string how)
    {
        OnnxWriter model = how switch
        {
            "of a constant shape" => Model().Integers("shape", 1 << 20, 1 << 20).Node("ConstantOfShape", ["shape"], ["more"]),
            "beyond the limit" => Model().Integers("shape", 18_000, 18_000).Node("ConstantOfShape", ["shape"], ["more"]),
            "expanded" => Model().Integers("shape", 1 << 18, 1 << 18, 1, Window).Node("Expand", ["x", "shape"], ["most"]).Node("ReduceMax", ["most"], ["more"], OnnxWriter.Attribute("axes", [0, 1]), OnnxWriter.Attribute("keepdims", 0)),
            "doubled by concatenation" => Enumerable.Range(0, 4).Aggregate(Model(), (writer, i) =>
                writer.Node("Concat", [.. Enumerable.Repeat(i == 0 ? "x" : $"c{i - 1}", 1024)], [i == 3 ? "more" : $"c{i}"], OnnxWriter.Attribute("axis", 1))),
            _ => Model().Integers("long", -1, 1).Integers("wide", 1, -1).Integers("shape", 1 << 20)
                .Node("ConstantOfShape", ["shape"], ["zeros"]).Node("Reshape", ["zeros", "long"], ["a"]).Node("Reshape", ["zeros", "wide"], ["b"]).Node("Add", ["a", "b"], ["more"]),
        };

        string message = Assert.Throws<ModelFileException>(() => Load(model).Dispose()).Message;

        Assert.StartsWith("Model greedy.onnx: expected an ONNX model, found: ", message, StringComparison.Ordinal);
        Load(Model().Node("Neg", ["x"], ["more"])).Dispose();
    }

    [Fact]
    public void Load_ModelThatRunsForTooLong_IsRefused()
    {
        var limits = new ModelFileLimits { MaxRunTime = TimeSpan.FromSeconds(1), Clock = new TimersByHand { FireAtOnce = true } };

        string message = Assert.Throws<ModelFileException>(() => Load(Model().Node("Neg", ["x"], ["more"]), limits)).Message;

        Assert.Equal("Model greedy.onnx: expected a run of at most 1 s, found a longer one", message);
    }

    /// <summary>A timer's callback may begin before the timer is disposed, and go on behind it.</summary>
    [Fact]
    public void Load_TimersThatFireWhenTheRunsAreOver_TouchNothing()
    {
        var clock = new TimersByHand();
        using AutoencoderModel model = Load(Model().Node("Neg", ["x"], ["more"]), new ModelFileLimits { Clock = clock });
        using var runner = new BatchRunner(model, 2);

        Assert.NotEmpty(clock.Callbacks);
        Assert.All(clock.Callbacks, fire => fire());
        runner.Run(2);
    }

    [Fact]
    public async Task RunAsync_ModelThatIsGreedyOnSomeWindows_LeavesThemWithoutAScoreAndGoesOn()
    {
        var axis = new AxisId("m", "s", "x");
        using var run = new PipelineRun(LoadGreedyOnLoud(), new DetectorOptions { Shards = 1, MaxBatch = 1, Lateness = TimeSpan.Zero });

        await run.FeedAsync(
            [TestBlock.Noise(axis, 0, 48), TestBlock.Noise(axis, 1, 48, amplitude: 1e12), TestBlock.Noise(axis, 2, 48)], TestContext.Current.CancellationToken);

        Assert.Equal(
            [WindowStatus.NotCalibrated, WindowStatus.NotCalibrated, WindowStatus.NonFinite, WindowStatus.NonFinite, WindowStatus.NotCalibrated, WindowStatus.NotCalibrated],
            run.Of(axis).Select(window => window.Status));
        Assert.StartsWith("Error 2013 Model greedy failed on windows that it was given: ", Assert.Single(run.Log.Lines), StringComparison.Ordinal);
    }

    /// <summary>It expands by the greatest sample of a window: zeros and noise within ±1 are harmless, a window of 1e12 is not.</summary>
    internal static AutoencoderModel LoadGreedyOnLoud() => Load(
        Model().Node("ReduceMax", ["x"], ["greatest"], OnnxWriter.Attribute("keepdims", 0)).Node("Abs", ["greatest"], ["positive"])
            .Node("Cast", ["positive"], ["count"], OnnxWriter.Attribute("to", 7)).Integers("axes", 0).Node("Unsqueeze", ["count", "axes"], ["counts"]).Integers("one", 1)
            .Node("Add", ["counts", "one"], ["shape"]).Node("ConstantOfShape", ["shape"], ["more"]));

    [Fact]
    public void Score_ModelThatFailsOnSomeWindows_SaysWhichModelAndWhy()
    {
        using AutoencoderModel model = LoadGreedyOnLoud();
        using var scorer = new RecordingScorer(model);
        float[] loud = [.. TestBlock.Noise(new AxisId("m", "s", "x"), 0, Window, amplitude: 1e12).Samples];

        string message = Assert.Throws<ModelRunException>(() => scorer.Score(loud, Window, [[]])).Message;

        Assert.StartsWith("Model greedy.onnx: expected it to run on 1 windows that it was given, found: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    /// <summary>An autoencoder that adds the mean of "more" to its input; who calls adds the nodes that make "more".</summary>
    private static OnnxWriter Model() => new OnnxWriter().Input("x", -1, Window).Output("y", -1, Window).Integers("last", -1);

    private static AutoencoderModel Load(OnnxWriter model, ModelFileLimits? limits = null) => AutoencoderModel.Load(
        "greedy.onnx",
        model.Node("ReduceMean", ["more"], ["mean"], OnnxWriter.Attribute("axes", [-1])).Node("Add", ["x", "mean"], ["y"]).File(),
        new Dictionary<string, string>
        {
            ["window"] = $"{Window}",
            ["rate"] = "1000",
            ["normaliser"] = """{"kind":"zscore","mean":0,"std":1}""",
            ["metrics"] = """["mse"]""",
        },
        limits);

    /// <summary>Keeps what timers would call, or calls it when they are made.</summary>
    private sealed class TimersByHand : TimeProvider
    {
        public bool FireAtOnce { get; init; }

        public List<Action> Callbacks { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Callbacks.Add(() => callback(state));
            if (FireAtOnce)
            {
                callback(state);
            }

            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
