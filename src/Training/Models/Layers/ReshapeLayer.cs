using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>Arranges the elements of each row anew.</summary>
/// <param name="name">Name of the layer.</param>
/// <param name="sizes">Sizes behind the batch dimension.</param>
internal sealed class ReshapeLayer(string name, params long[] sizes) : Layer(name)
{
    public override GraphValue Build(NetworkPass pass, GraphValue value) =>
        pass.Graph.Reshape(value, TensorShape.Of([value.Shape[0], .. sizes]));
}
