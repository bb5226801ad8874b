using Thrum.Training.Graphs;

namespace Thrum.Training.Trainer;

/// <summary>
/// Adam (Kingma and Ba, 2015) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8, on one flat vector. It keeps m̃ = m/(1 − β₁) and
/// ũ = v/(1 − β₂), which saves two passes over memory; the bias corrections come from the host as two numbers a step, because
/// 1 − β₂ᵗ would lose its digits in single precision.
/// </summary>
internal static class Adam
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    /// <summary>Appends the update: p ← p − stepSize · m̃ / (√ũ + epsilon).</summary>
    public static (GraphValue Parameters, GraphValue Momentum, GraphValue Variance) Append(
        Graph graph, GraphValue parameters, GraphValue gradient, GraphValue momentum, GraphValue variance, GraphValue stepSize, GraphValue epsilon)
    {
        using GraphScope scope = graph.Scope("adam");
        GraphValue newMomentum = graph.Add(graph.Mul(momentum, graph.Constant(Beta1)), gradient);
        GraphValue newVariance = graph.Add(graph.Mul(variance, graph.Constant(Beta2)), graph.Square(gradient));
        GraphValue direction = graph.Div(newMomentum, graph.Add(graph.Sqrt(newVariance), epsilon));
        return (graph.Sub(parameters, graph.Mul(direction, stepSize)), newMomentum, newVariance);
    }

    /// <summary>The two numbers of step <paramref name="step"/> (from 1).</summary>
    public static (float StepSize, float Epsilon) HostScalars(double learningRate, int step)
    {
        // p -= lr/(1-β₁ᵗ)·m / (√(v/(1-β₂ᵗ)) + ε) with m = (1-β₁)m̃, v = (1-β₂)ũ; root = √((1-β₂ᵗ)/(1-β₂)) comes out of the fraction.
        double root = Math.Sqrt((1 - Math.Pow(Beta2, step)) / (1 - Beta2));
        return ((float)(learningRate * (1 - Beta1) / (1 - Math.Pow(Beta1, step)) * root), (float)(Epsilon * root));
    }
}
