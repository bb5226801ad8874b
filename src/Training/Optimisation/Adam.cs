using Thrum.Training.Graphs;

namespace Thrum.Training.Optimisation;

/// <summary>
/// Adam (Kingma and Ba, 2015) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8; with a decay AdamW (Loshchilov and Hutter, 2019), which shrinks weights, not biases and gains, by
/// learning rate × decay a step. It keeps m̃ = m/(1 − β₁) and ũ = v/(1 − β₂), which saves two passes over memory; the bias corrections come from the host as two
/// numbers a step, because 1 − β₂ᵗ would lose its digits in single precision.
/// </summary>
internal sealed class Adam(double decay) : Optimiser
{
    public const double DefaultDecay = 0.01;

    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    public override int StateCount => 2;

    // Step size, epsilon, and with a decay learning rate × decay.
    public override int ScalarCount => decay > 0 ? 3 : 2;

    /// <summary>p ← p − stepSize · m̃ / (√ũ + epsilon), p being shrunk first.</summary>
    public override (GraphValue Parameters, GraphValue[] States) Append(
        Graph graph, GraphValue parameters, GraphValue gradient, GraphValue[] states, GraphValue[] scalars, Func<GraphValue> weights)
    {
        using GraphScope scope = graph.Scope("adam");
        GraphValue momentum = graph.Add(graph.Mul(states[0], graph.Constant(Beta1)), gradient);
        GraphValue variance = graph.Add(graph.Mul(states[1], graph.Constant(Beta2)), graph.Square(gradient));
        GraphValue direction = graph.Div(momentum, graph.Add(graph.Sqrt(variance), scalars[1]));
        GraphValue before = decay > 0 ? graph.Sub(parameters, graph.Mul(graph.Mul(parameters, weights()), scalars[2])) : parameters;
        return (graph.Sub(before, graph.Mul(direction, scalars[0])), [momentum, variance]);
    }

    public override void Fill(double learningRate, int step, Span<float> scalars)
    {
        // p -= lr/(1-β₁ᵗ)·m / (√(v/(1-β₂ᵗ)) + ε) with m = (1-β₁)m̃, v = (1-β₂)ũ; root = √((1-β₂ᵗ)/(1-β₂)) comes out of the fraction.
        double root = Math.Sqrt((1 - Math.Pow(Beta2, step)) / (1 - Beta2));
        scalars[0] = (float)(learningRate * (1 - Beta1) / (1 - Math.Pow(Beta1, step)) * root);
        scalars[1] = (float)(Epsilon * root);
        if (decay > 0)
        {
            scalars[2] = (float)(learningRate * decay);
        }
    }
}
