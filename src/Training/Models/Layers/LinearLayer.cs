using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>Fully connected: [rows, in] to [rows, out].</summary>
/// <param name="name">Name of the layer.</param>
/// <param name="inputs">Width before.</param>
/// <param name="outputs">Width after.</param>
/// <param name="next">The activation that follows, for the starting weights.</param>
/// <param name="tiedTo">A layer [outputs → inputs] whose transposed weight is used; null for a weight of its own.</param>
internal sealed class LinearLayer(string name, int inputs, int outputs, Activation next, string? tiedTo = null) : Layer(name)
{
    public override IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        .. tiedTo is null ? [new ParameterSpec($"{name}.weight", TensorShape.Of(outputs, inputs), Initialisation.Bound(next, inputs, outputs))] : Array.Empty<ParameterSpec>(),
        new ParameterSpec($"{name}.bias", TensorShape.Of(outputs), 0) { Role = ParameterRole.Offset },
    ];

    public override GraphValue Build(NetworkPass pass, GraphValue value) => tiedTo is null
        ? pass.Graph.Linear(value, pass[Parameter("weight")], pass[Parameter("bias")])
        : pass.Graph.LinearTied(value, pass[$"{tiedTo}.weight"], pass[Parameter("bias")]);
}
