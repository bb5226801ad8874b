using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary>A loss as graph operations: the mean over all elements of a function of d = window − reconstruction.</summary>
internal abstract class ReconstructionLoss
{
    /// <summary>Mean loss, a scalar.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="windows">[batch, window], what should come out</param>
    /// <param name="reconstruction">[batch, window], or [window] for the same one everywhere</param>
    public GraphValue Build(Graph graph, GraphValue windows, GraphValue reconstruction)
    {
        using GraphScope scope = graph.Scope("loss");
        return graph.Mean(PerElement(graph, graph.Sub(reconstruction, windows)));
    }

    /// <summary>The loss of each element from its difference; even in d, so the sign does not matter.</summary>
    protected abstract GraphValue PerElement(Graph graph, GraphValue difference);
}
