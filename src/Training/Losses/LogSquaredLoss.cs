using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary>
/// <c>lmse</c>: mean −ln(max(1 − d²/s², ε)) with ε = 1e-6. The metric is flat beyond the clamp; the loss goes on there as a
/// straight line in |d| with the slope it has at the clamp, so that far-off elements still pull.
/// </summary>
/// <param name="scale">s, in the unit of the normalised windows</param>
internal sealed class LogSquaredLoss(double scale) : ReconstructionLoss
{
    public const double Epsilon = 1e-6;

    protected override GraphValue PerElement(Graph graph, GraphValue difference)
    {
        GraphValue ratio = scale == 1 ? difference : graph.Div(difference, graph.Constant(scale));
        GraphValue remainder = graph.Sub(graph.Constant(1), graph.Square(ratio));
        GraphValue metric = graph.Neg(graph.Log(graph.Max(remainder, Epsilon)));

        // At the clamp |d|/s = √(1 − ε), and the derivative of −ln(1 − r²) is 2r/(1 − r²) = 2r/ε.
        double clamp = Math.Sqrt(1 - Epsilon);
        GraphValue beyond = graph.Relu(graph.Sub(graph.Abs(ratio), graph.Constant(clamp)));
        return graph.Add(metric, graph.Mul(beyond, graph.Constant(2 * clamp / Epsilon)));
    }
}
