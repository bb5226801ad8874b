using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary>A loss as graph operations: the mean over the windows of a weighted sum of terms, and penalties on the weights. Immutable.</summary>
internal sealed class ReconstructionLoss(IReadOnlyList<LossTerm> terms, IReadOnlyList<WeightPenalty> penalties)
{
    /// <summary>Mean loss over the windows, a scalar; penalties are not in it.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="windows">[batch, window], what should come out</param>
    /// <param name="reconstruction">[batch, window], or [window] for the same one everywhere</param>
    public GraphValue Build(Graph graph, GraphValue windows, GraphValue reconstruction)
    {
        using GraphScope scope = graph.Scope("loss");
        GraphValue rows = reconstruction.Shape.Rank == 1 ? graph.Reshape(reconstruction, TensorShape.Of(1, reconstruction.Shape[0])) : reconstruction;
        return Sum(graph, terms.Select(term => Weighted(graph, term.Weight, graph.Mean(term.PerWindow(graph, windows, rows)))))!;
    }

    /// <summary>Adds the penalties to a loss; the loss as it is when there are none.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="loss">A scalar.</param>
    /// <param name="weights">The network's weights, without biases and gains.</param>
    public GraphValue WithPenalties(Graph graph, GraphValue loss, IReadOnlyList<GraphValue> weights)
    {
        using GraphScope scope = graph.Scope("penalty");
        IEnumerable<GraphValue> parts = from penalty in penalties
                                        from weight in weights
                                        select Weighted(graph, penalty.Weight, graph.Sum(penalty.IsSquared ? graph.Square(weight) : graph.Abs(weight)));
        return Sum(graph, parts) is { } total ? graph.Add(loss, total) : loss;
    }

    private static GraphValue Weighted(Graph graph, double weight, GraphValue value) => weight == 1 ? value : graph.Mul(value, graph.Constant(weight));

    private static GraphValue? Sum(Graph graph, IEnumerable<GraphValue> parts)
    {
        GraphValue? total = null;
        foreach (GraphValue part in parts)
        {
            total = total is null ? part : graph.Add(total, part);
        }

        return total;
    }
}
