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

    /// <summary>A thousand products of 1500 × 1500: half an hour on a slow core. The clock is the real one, and no time is asserted.</summary>
    [Fact]
    public void Load_ModelThatRunsForVeryLong_IsRefused()
    {
        OnnxWriter model = Model().Integers("shape", 1500, 1500).Node("ConstantOfShape", ["shape"], ["p0"]);
        for (int i = 0; i < 1000; i++)
        {
            model.Node("MatMul", [$"p{i}", $"p{i}"], [i == 999 ? "more" : $"p{i + 1}"]);
        }

        string message = Assert.Throws<ModelFileException>(() => Load(model, new ModelFileLimits { MaxRunTime = TimeSpan.FromSeconds(1), Clock = TimeProvider.System })).Message;

        Assert.Equal("Model greedy.onnx: expected a run of at most 1 s, found a longer one", message);
    }

    /// <summary>It expands by the greatest sample of a window: zeros and noise within ±1 are harmless, a loud window is not.</summary>
    [Fact]
    public async Task RunAsync_ModelThatIsGreedyOnSomeWindows_LeavesThemWithoutAScoreAndGoesOn()
    {
        OnnxWriter writer = Model().Node("ReduceMax", ["x"], ["greatest"], OnnxWriter.Attribute("keepdims", 0)).Node("Abs", ["greatest"], ["positive"])
            .Node("Cast", ["positive"], ["count"], OnnxWriter.Attribute("to", 7)).Integers("axes", 0).Node("Unsqueeze", ["count", "axes"], ["counts"]).Integers("one", 1)
            .Node("Add", ["counts", "one"], ["shape"]).Node("ConstantOfShape", ["shape"], ["more"]);
        var axis = new AxisId("m", "s", "x");
        using var run = new PipelineRun(Load(writer), new DetectorOptions { Shards = 1, MaxBatch = 1, Lateness = TimeSpan.Zero });

        await run.FeedAsync(
            [TestBlock.Noise(axis, 0, 48), TestBlock.Noise(axis, 1, 48, amplitude: 1e12), TestBlock.Noise(axis, 2, 48)], TestContext.Current.CancellationToken);

        Assert.Equal(
            [WindowStatus.NotCalibrated, WindowStatus.NotCalibrated, WindowStatus.NonFinite, WindowStatus.NonFinite, WindowStatus.NotCalibrated, WindowStatus.NotCalibrated],
            run.Of(axis).Select(window => window.Status));
        Assert.StartsWith("Error 2013 Model greedy failed on windows that it was given: ", Assert.Single(run.Log.Lines), StringComparison.Ordinal);
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
}
