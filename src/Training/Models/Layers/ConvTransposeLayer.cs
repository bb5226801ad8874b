using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>Transposed convolution: [batch, inputs, size…] to [batch, outputs, outputSizes…].</summary>
/// <param name="name">Name of the layer.</param>
/// <param name="inputs">Features before.</param>
/// <param name="outputs">Features after.</param>
/// <param name="geometry">Of the convolution that it undoes.</param>
/// <param name="outputSizes">Sizes to reach.</param>
/// <param name="next">The activation that follows.</param>
/// <param name="tiedTo">The convolution whose weight is used; null for one of its own.</param>
internal sealed class ConvTransposeLayer(
    string name, int inputs, int outputs, ConvGeometry geometry, IReadOnlyList<long> outputSizes, Activation next, string? tiedTo) : Layer(name)
{
    public override IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        .. tiedTo is null ? [Kernel($"{name}.weight", inputs, outputs, geometry, outputSizes.Count, next, fanIn: inputs)] : Array.Empty<ParameterSpec>(),
        new ParameterSpec($"{name}.bias", TensorShape.Of(outputs), 0) { Role = ParameterRole.Offset },
    ];

    public override GraphValue Build(NetworkPass pass, GraphValue value) =>
        pass.Graph.ConvTranspose(value, pass[$"{tiedTo ?? Name}.weight"], pass[Parameter("bias")], geometry, outputSizes);

    /// <summary>A kernel tensor [first, second, kernel…].</summary>
    internal static ParameterSpec Kernel(string name, int first, int second, ConvGeometry geometry, int dimensions, Activation next, int fanIn)
    {
        long taps = (long)Math.Pow(geometry.Kernel, dimensions);
        long[] kernel = [.. Enumerable.Repeat((long)geometry.Kernel, dimensions)];
        int fanOut = first + second - fanIn;
        return new ParameterSpec(name, TensorShape.Of([first, second, .. kernel]), Initialisation.Bound(next, fanIn * taps, fanOut * taps));
    }
}
