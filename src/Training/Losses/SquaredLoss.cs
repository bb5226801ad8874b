using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary><c>mse</c>: mean d².</summary>
internal sealed class SquaredLoss : ReconstructionLoss
{
    protected override GraphValue PerElement(Graph graph, GraphValue difference) => graph.Square(difference);
}
