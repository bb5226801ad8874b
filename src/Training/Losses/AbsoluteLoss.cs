using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary><c>mae</c>: mean |d|.</summary>
internal sealed class AbsoluteLoss : ReconstructionLoss
{
    protected override GraphValue PerElement(Graph graph, GraphValue difference) => graph.Abs(difference);
}
