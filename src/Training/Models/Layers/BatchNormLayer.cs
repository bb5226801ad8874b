using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy, 2015) of each feature, axis 1, over the batch and all places. Running statistics follow the
/// batches with momentum 0.1, the variance among them unbiased, and take their place outside training.
/// </summary>
/// <param name="name">Name of the layer.</param>
/// <param name="features">Size of axis 1.</param>
/// <param name="dimensions">Axes behind it.</param>
internal sealed class BatchNormLayer(string name, int features, int dimensions) : Layer(name)
{
    internal const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly TensorShape _shape = TensorShape.Of([1, features, .. Enumerable.Repeat(1L, dimensions)]);

    public override IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new($"{name}.gain", TensorShape.Of(features), 0) { InitialCentre = 1, Role = ParameterRole.Offset },
        new($"{name}.bias", TensorShape.Of(features), 0) { Role = ParameterRole.Offset },
        new($"{name}.mean", TensorShape.Of(features), 0) { Role = ParameterRole.Statistic },
        new($"{name}.variance", TensorShape.Of(features), 0) { InitialCentre = 1, Role = ParameterRole.Statistic },
    ];

    public override GraphValue Build(NetworkPass pass, GraphValue value)
    {
        Graph graph = pass.Graph;
        GraphValue Shaped(string part) => graph.Reshape(pass[Parameter(part)], _shape);
        GraphValue mean, variance;
        if (pass.Kind == PassKind.Training)
        {
            long[] axes = [0, .. Enumerable.Range(2, dimensions).Select(axis => (long)axis)];
            mean = graph.Mean(value, axes);
            variance = graph.Mean(graph.Square(graph.Sub(value, mean)), axes);
            double count = value.Shape.Count / (double)features;
            Follow(pass, "mean", mean, 1);
            Follow(pass, "variance", variance, count > 1 ? count / (count - 1) : 1);
        }
        else
        {
            mean = Shaped("mean");
            variance = Shaped("variance");
        }

        GraphValue normal = graph.Div(graph.Sub(value, mean), graph.Sqrt(graph.Add(variance, graph.Constant(Epsilon))));
        return graph.Add(graph.Mul(normal, Shaped("gain")), Shaped("bias"));
    }

    private void Follow(NetworkPass pass, string part, GraphValue batch, double factor)
    {
        Graph graph = pass.Graph;
        GraphValue old = pass[Parameter(part)];
        GraphValue share = graph.Mul(graph.Reshape(batch, old.Shape), graph.Constant(Momentum * factor));
        pass.Replace(Parameter(part), graph.Add(graph.Mul(old, graph.Constant(1 - Momentum)), share));
    }
}
