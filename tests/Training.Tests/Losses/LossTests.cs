using Thrum.Training.Graphs;
using Thrum.Training.Losses;
using Thrum.Training.Onnx;
using Thrum.Training.Tests.Graphs;

namespace Thrum.Training.Tests.Losses;

public sealed class LossTests
{
    [Theory]
    [InlineData("mse", 1.0)]
    [InlineData("mae", 1.0)]
    [InlineData("lmse", 6.0)]
    public void Gradient_MatchesDifferences(string name, double scale) =>
        GradientCheck.Verify((g, x) => Parse(name, scale).Build(g, x[0], x[1]), ([3, 4], -2, 2), ([3, 4], -2, 2));

    [Fact]
    public void Values_AreThoseOfTheFormulas()
    {
        // d = 0.5, -0.25
        Assert.Equal((0.25 + 0.0625) / 2, Evaluate("mse", 1, 0.5, -0.25), 12);
        Assert.Equal(0.375, Evaluate("mae", 1, 0.5, -0.25), 12);
        Assert.Equal(-(Math.Log(0.75) + Math.Log(0.9375)) / 2, Evaluate("lmse", 1, 0.5, -0.25), 12);
        Assert.Equal(-(Math.Log(1 - (0.25 / 9)) + Math.Log(1 - (0.0625 / 9))) / 2, Evaluate("lmse", 3, 0.5, -0.25), 12);
    }

    [Fact]
    public void Lmse_BeyondTheClamp_GoesOnWithTheSlopeAtTheClamp()
    {
        const double scale = 2;
        double clamp = scale * Math.Sqrt(1 - LogSquaredLoss.Epsilon);
        double slope = 2 * Math.Sqrt(1 - LogSquaredLoss.Epsilon) / LogSquaredLoss.Epsilon / scale;

        double atClamp = Evaluate("lmse", scale, clamp);
        double beyond = Evaluate("lmse", scale, clamp + 1);
        double further = Evaluate("lmse", scale, -(clamp + 2));

        Assert.Equal(-Math.Log(LogSquaredLoss.Epsilon), atClamp, 6);
        Assert.Equal(slope, beyond - atClamp, 1e-6 * slope);
        Assert.Equal(slope, further - beyond, 1e-9 * slope);
    }

    [Theory]
    [InlineData("huber", 1.0, "Loss is 'huber'; expected mse, mae or lmse")]
    [InlineData("lmse", 0.0, "LossScale is 0; lmse expects a positive number, larger than the differences it is to measure")]
    [InlineData("lmse", double.NaN, "LossScale is NaN; lmse expects a positive number, larger than the differences it is to measure")]
    public void TryParse_OfFault_SaysWhatIsExpected(string name, double scale, string expected)
    {
        Assert.False(LossParser.TryParse(name, scale, out _, out string? fault));
        Assert.Equal(expected, fault);
    }

    internal static ReconstructionLoss Parse(string name, double scale) =>
        LossParser.TryParse(name, scale, out ReconstructionLoss? loss, out string? fault) ? loss : throw new ArgumentException(fault);

    private static double Evaluate(string name, double scale, params double[] differences)
    {
        var graph = new Graph(OnnxElementType.Double);
        GraphValue window = graph.Input("window", TensorShape.Of(1, differences.Length));
        GraphValue reconstruction = graph.Constant(new double[differences.Length], window.Shape);
        graph.Output(Parse(name, scale).Build(graph, window, reconstruction), "loss");
        return OrtRunner.Run(graph.Encode("loss"), ("window", differences, [1, differences.Length]))["loss"][0];
    }
}
