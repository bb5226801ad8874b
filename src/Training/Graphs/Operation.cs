using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>
/// The gradient with respect to one input, from the gradient of the operation's output. The latter has the output's
/// shape or is a scalar that stands for a tensor of equal elements (what a mean hands back), which saves a pass over memory.
/// </summary>
/// <returns>Null when nothing is due yet: the rule has left a product with <see cref="Graph.Defer"/>.</returns>
internal delegate GraphValue? GradientRule(GraphValue outputGradient);

/// <summary>As <see cref="GradientRule"/>, for an operation with several outputs; null where an output has no part in the loss.</summary>
internal delegate GraphValue? ManyGradientRule(IReadOnlyList<GraphValue?> outputGradients);

/// <summary>An operation to append to a graph; a null input is an optional one left out.</summary>
internal sealed record Operation(string OpType, IReadOnlyList<GraphValue?> Inputs)
{
    public IReadOnlyList<OnnxAttribute> Attributes { get; init; } = [];

    /// <summary>Type of the outputs; the graph's number type when not given.</summary>
    public OnnxElementType? OutputType { get; init; }

    /// <summary>What the rules are about, where the inputs were made of it by operations that are not differentiated; null for the inputs themselves.</summary>
    public IReadOnlyList<GraphValue?>? Sources { get; init; }

    /// <summary>One rule per input, null for inputs that have no gradient. None at all: nothing flows back.</summary>
    public IReadOnlyList<GradientRule?> Gradients { get; init; } = [];
}
