using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>Puts several rows together to one window: [batch·steps, values] to [batch, window].</summary>
internal sealed class WindowLayer(string name, int windowSamples) : Layer(name)
{
    public override GraphValue Build(NetworkPass pass, GraphValue value)
    {
        bool isFree = value.Shape[0] == TensorShape.Free;
        return pass.Graph.Reshape(value, TensorShape.Of(isFree ? TensorShape.Free : value.Shape.Count / windowSamples, windowSamples));
    }
}
