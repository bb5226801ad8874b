using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>Layer normalisation (Ba, Kiros and Hinton, 2016): each row over all its features and places, then a gain and bias for each feature.</summary>
/// <param name="name">Name of the layer.</param>
/// <param name="features">Size of axis 1.</param>
/// <param name="dimensions">Axes behind it.</param>
internal sealed class LayerNormLayer(string name, int features, int dimensions) : Layer(name)
{
    private readonly TensorShape _shape = TensorShape.Of([1, features, .. Enumerable.Repeat(1L, dimensions)]);

    public override IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new($"{name}.gain", TensorShape.Of(features), 0) { InitialCentre = 1, Role = ParameterRole.Offset },
        new($"{name}.bias", TensorShape.Of(features), 0) { Role = ParameterRole.Offset },
    ];

    public override GraphValue Build(NetworkPass pass, GraphValue value)
    {
        Graph graph = pass.Graph;
        long[] axes = [.. Enumerable.Range(1, 1 + dimensions).Select(axis => (long)axis)];
        GraphValue centred = graph.Sub(value, graph.Mean(value, axes));
        GraphValue variance = graph.Mean(graph.Square(centred), axes);
        GraphValue normal = graph.Div(centred, graph.Sqrt(graph.Add(variance, graph.Constant(BatchNormLayer.Epsilon))));
        return graph.Add(graph.Mul(normal, graph.Reshape(pass[Parameter("gain")], _shape)), graph.Reshape(pass[Parameter("bias")], _shape));
    }
}
