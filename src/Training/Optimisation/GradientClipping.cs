using Thrum.Training.Graphs;

namespace Thrum.Training.Optimisation;

/// <summary>Gradient clipping by the norm of all gradients together (Pascanu, Mikolov and Bengio, 2013): g ← g · min(1, limit / (‖g‖ + 1e-6)).</summary>
internal static class GradientClipping
{
    /// <param name="graph">The graph, whose gradients are built.</param>
    /// <param name="gradient">The gradient of all parameters.</param>
    /// <param name="limit">Greatest norm; 0 for none.</param>
    public static GraphValue Append(Graph graph, GraphValue gradient, double limit)
    {
        if (limit == 0)
        {
            return gradient;
        }

        using GraphScope scope = graph.Scope("clip");
        GraphValue norm = graph.Sqrt(graph.Sum(graph.Square(gradient)));
        GraphValue factor = graph.Clip(graph.Div(graph.Constant(limit), graph.Add(norm, graph.Constant(1e-6))), 0, 1);
        return graph.Mul(gradient, factor);
    }
}
