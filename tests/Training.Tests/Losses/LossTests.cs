using Thrum.Detector.Metrics;
using Thrum.Training.Graphs;
using Thrum.Training.Losses;
using Thrum.Training.Models;
using Thrum.Training.Onnx;
using Thrum.Training.Tests.Graphs;

namespace Thrum.Training.Tests.Losses;

public sealed class LossTests
{
    private const int Window = 16;
    private const double Rate = 100;

    [Theory]
    [InlineData("mse", 1.0)]
    [InlineData("mae", 1.0)]
    [InlineData("lmse", 6.0)]
    [InlineData("sad", 1.0)]
    [InlineData("lmse-max", 1.0)]
    [InlineData("fl(mse)", 6.0)]
    [InlineData("fl(mae)", 6.0)]
    [InlineData("mse+exceedance(0.5,l1)", 1.0)]
    [InlineData("mse+exceedance(0.5,l2)", 1.0)]
    [InlineData("huber(0.7)", 1.0)]
    [InlineData("log-cosh", 1.0)]
    [InlineData("fl(huber(0.7))", 6.0)]
    [InlineData("mse+0.5*fl(log-cosh)", 6.0)]
    [InlineData("fft(0,1,2)", 1.0)]
    [InlineData("fft(25Hz)", 1.0)]
    [InlineData("mse+0.5*fft(1..2)+0.1*exceedance(1.0,l1)+1e-2*huber(1)", 1.0)]
    public void Gradient_MatchesDifferences(string name, double scale) =>
        GradientCheck.Verify((g, x) => Parse(name, scale).Build(g, x[0], x[1]), ([3, 4], -2, 2), ([3, 4], -2, 2));

    [Theory]
    [InlineData("msle", 1.0)]
    [InlineData("relative", 1.0)]
    [InlineData("fl(msle)", 3.0)]
    [InlineData("fl(relative)", 1.0)]
    [InlineData("bce", 1.0)]
    [InlineData("fl(bce)", 1.0)]
    public void Gradient_OfLossForPositiveWindows_MatchesDifferences(string name, double scale) =>
        GradientCheck.Verify((g, x) => Parse(name, scale).Build(g, x[0], x[1]), ([3, 4], 0.45, 0.85), ([3, 4], 0.15, 0.4));

    [Fact]
    public void WeightPenalties_AddToTheLossAndItsGradient() =>
        GradientCheck.Verify(
            (g, x) => Parse("mse+0.3*weights(l1)+0.2*weights(l2)", 1).WithPenalties(g, g.Mean(g.Square(x[0])), [x[0], x[1]]), ([2, 3], -1, 1), ([4], -1, 1));

    /// <summary>What training minimises is what the detector measures.</summary>
    [Theory]
    [InlineData("mse")]
    [InlineData("mae")]
    [InlineData("sad")]
    [InlineData("lmse")]
    [InlineData("lmse-max")]
    [InlineData("msle")]
    [InlineData("relative")]
    [InlineData("fl(mae)")]
    [InlineData("fl(msle)")]
    [InlineData("fl(relative)")]
    [InlineData("exceedance(0.2,l1)")]
    [InlineData("exceedance(0.2,l2)")]
    [InlineData("fft(0..8)")]
    [InlineData("fft(20Hz..45Hz)")]
    [InlineData("mse+0.5*fft(1..3)+0.1*exceedance(0.1,l1)")]
    public void Value_EqualsTheDetectorsMetric(string text)
    {
        (double metric, double loss) = MetricAndLoss(text, new LossContext(2, Window, Rate));
        Assert.Equal(metric, loss, 2e-5 * (1 + Math.Abs(loss)));
    }

    /// <summary>Beyond the clamp, where the loss keeps a slope, what is told of the metric is what the detector measures.</summary>
    [Theory]
    [InlineData("lmse")]
    [InlineData("fl(mse)")]
    [InlineData("fl(mae)")]
    [InlineData("fl(msle)")]
    [InlineData("fl(relative)")]
    [InlineData("mse+0.5*lmse")]
    public void Value_AsAMetricBeyondTheClamp_EqualsTheDetectorsAndTheLossDoesNot(string text)
    {
        var context = new LossContext(0.1, Window, Rate);
        (double metric, double told) = MetricAndLoss(text, context with { IsMetric = true });
        (_, double loss) = MetricAndLoss(text, context);
        Assert.Equal(metric, told, 2e-5 * (1 + Math.Abs(told)));
        Assert.True(loss > 100 * metric);
    }

    [Fact]
    public void Values_AreThoseOfTheFormulas()
    {
        // d = 0.5, -0.25
        Assert.Equal((0.25 + 0.0625) / 2, Evaluate("mse", 1, 0.5, -0.25), 12);
        Assert.Equal(0.375, Evaluate("mae", 1, 0.5, -0.25), 12);
        Assert.Equal(-(Math.Log(0.75) + Math.Log(0.9375)) / 2, Evaluate("lmse", 1, 0.5, -0.25), 12);
        Assert.Equal(-(Math.Log(1 - (0.125 / 0.875)) + Math.Log(1 - (0.03125 / 0.875))) / 2, Evaluate("fl(huber(0.5))", 2, 0.5, -0.25), 12);
        Assert.Equal(-(Math.Log(1 - (Math.Log(Math.Cosh(0.5)) / Math.Log(Math.Cosh(2)))) + Math.Log(1 - (Math.Log(Math.Cosh(0.25)) / Math.Log(Math.Cosh(2))))) / 2, Evaluate("fl(log-cosh)", 2, 0.5, -0.25), 12);
        Assert.Equal(-(Math.Log(1 - (0.25 / 9)) + Math.Log(1 - (0.0625 / 9))) / 2, Evaluate("lmse", 3, 0.5, -0.25), 12);
    }

    [Fact]
    public void Lmse_BeyondTheClamp_GoesOnWithTheSlopeAtTheClamp()
    {
        const double scale = 2;
        double clamp = scale * Math.Sqrt(1 - ElementLosses.Epsilon);
        double slope = 2 * Math.Sqrt(1 - ElementLosses.Epsilon) / ElementLosses.Epsilon / scale;

        double atClamp = Evaluate("lmse", scale, clamp);
        double beyond = Evaluate("lmse", scale, clamp + 1);
        double further = Evaluate("lmse", scale, -(clamp + 2));

        Assert.Equal(-Math.Log(ElementLosses.Epsilon), atClamp, 6);
        Assert.Equal(slope, beyond - atClamp, 1e-6 * slope);
        Assert.Equal(slope, further - beyond, 1e-9 * slope);
    }

    [Theory]
    [InlineData("huber", 1.0, "metric 'huber': expected")]
    [InlineData("huber(0)", 1.0, "'huber(0)' needs a positive number where '0' stands")]
    [InlineData("mse+weights(l3)", 1.0, "'weights(l3)' needs l1 or l2")]
    [InlineData("1e-4*weights(l2)", 1.0, "a weight penalty alone is no loss")]
    [InlineData("x*bce", 1.0, "'x*bce' needs a positive number where 'x' stands")]
    [InlineData("mse+fl(weights(l2))", 1.0, "'fl(weights(l2))' flips a weight penalty")]
    [InlineData("fl(log-cosh", 1.0, "metric 'fl(log-cosh': expected")]
    [InlineData("fl(huber(1))", 0.0, "LossScale is 0, a positive number")]
    [InlineData("mse+", 1.0, "metric '': expected")]
    [InlineData("fft(3)", 1.0, "fft(3) expected bins within 0..2")]
    [InlineData("lmse", 0.0, "LossScale is 0, a positive number larger than the differences to measure is needed")]
    [InlineData("fl(mae)", double.NaN, "LossScale is NaN, a positive number larger than the differences to measure is needed")]
    public void TryParse_OfFault_SaysWhatIsExpected(string name, double scale, string expected)
    {
        Assert.False(LossParser.TryParse(name, new LossContext(scale, 4, 100), out _, out string? fault));
        Assert.StartsWith($"Loss is '{name}': {expected}", fault, StringComparison.Ordinal);
        Assert.Contains("; expected a metric, huber(δ)", fault, StringComparison.Ordinal);
    }

    private static (double Metric, double Loss) MetricAndLoss(string text, LossContext context)
    {
        var random = new SeededRandom(6);
        float[] y = [.. Enumerable.Range(0, Window).Select(_ => 0.5f + (0.4f * random.NextSingle()))];
        bool isFar = context.Scale < 1;
        float[] reconstruction = [.. y.Select(value => value - ((isFar ? 0.95f : 0.35f) * random.NextSingle()))];

        // A relative error above 1 needs a value near 0.
        y[3] = isFar ? 0.01f : y[3];
        float[] metric = new float[1];
        MetricSet.Compile([MetricExpression.Parse(text)], Window, Rate, context.Scale).Evaluate(y, reconstruction, metric);

        var graph = new Graph(OnnxElementType.Double);
        ReconstructionLoss loss = LossParser.TryParse(text, context, out ReconstructionLoss? parsed, out string? fault) ? parsed : throw new ArgumentException(fault);
        graph.Output(loss.Build(graph, graph.Constant(ToDoubles(y), TensorShape.Of(1, Window)), graph.Input("r", TensorShape.Of(1, Window))), "loss");
        return (metric[0], OrtRunner.Run(graph.Encode("loss"), ("r", ToDoubles(reconstruction), [1, Window]))["loss"][0]);
    }

    internal static ReconstructionLoss Parse(string name, double scale, int window = 4, double rate = 100) =>
        LossParser.TryParse(name, new LossContext(scale, window, rate), out ReconstructionLoss? loss, out string? fault) ? loss : throw new ArgumentException(fault);

    private static double[] ToDoubles(float[] values) => [.. values.Select(value => (double)value)];

    private static double Evaluate(string name, double scale, params double[] differences)
    {
        var graph = new Graph(OnnxElementType.Double);
        GraphValue window = graph.Input("window", TensorShape.Of(1, differences.Length));
        GraphValue reconstruction = graph.Constant(new double[differences.Length], window.Shape);
        graph.Output(Parse(name, scale).Build(graph, window, reconstruction), "loss");
        return OrtRunner.Run(graph.Encode("loss"), ("window", differences, [1, differences.Length]))["loss"][0];
    }
}
