using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>A function of each element, then dropout.</summary>
internal sealed class ActivationLayer(string name, Activation activation, double dropout) : Layer(name)
{
    public override GraphValue Build(NetworkPass pass, GraphValue value) => pass.Dropout(pass.Activate(value, activation), dropout);
}
