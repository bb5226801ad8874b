using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>Convolution: [batch, inputs, size…] to [batch, outputs, smaller size…].</summary>
internal sealed class ConvLayer(string name, int inputs, int outputs, ConvGeometry geometry, int dimensions, Activation next) : Layer(name)
{
    public override IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        ConvTransposeLayer.Kernel($"{name}.weight", outputs, inputs, geometry, dimensions, next, fanIn: inputs),
        new ParameterSpec($"{name}.bias", TensorShape.Of(outputs), 0) { Role = ParameterRole.Offset },
    ];

    public override GraphValue Build(NetworkPass pass, GraphValue value) =>
        pass.Graph.Conv(value, pass[Parameter("weight")], pass[Parameter("bias")], geometry);
}
