using Thrum.Training.Graphs;

namespace Thrum.Training.Optimisation;

/// <summary>Stochastic gradient descent with heavy-ball momentum (Polyak, 1964): v ← μ·v + g, p ← p − rate·v.</summary>
internal sealed class MomentumDescent(double momentum) : Optimiser
{
    public const double DefaultMomentum = 0.9;

    public override int StateCount => 1;

    public override int ScalarCount => 1;

    public override (GraphValue Parameters, GraphValue[] States) Append(
        Graph graph, GraphValue parameters, GraphValue gradient, GraphValue[] states, GraphValue[] scalars, Func<GraphValue> weights)
    {
        using GraphScope scope = graph.Scope("sgd");
        GraphValue velocity = graph.Add(graph.Mul(states[0], graph.Constant(momentum)), gradient);
        return (graph.Sub(parameters, graph.Mul(velocity, scalars[0])), [velocity]);
    }

    public override void Fill(double learningRate, int step, Span<float> scalars) => scalars[0] = (float)learningRate;
}
