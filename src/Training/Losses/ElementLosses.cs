using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary>Losses of single elements; y is the window, ŷ the reconstruction, d = y − ŷ.</summary>
internal static class ElementLosses
{
    public const double Epsilon = 1e-6;

    private const double Margin = 1e-7;

    /// <summary>The largest value of <see cref="CrossEntropy"/>: y and ŷ at opposite ends.</summary>
    public static double LargestCrossEntropy => -Math.Log(Margin);

    public static GraphValue Squared(Graph graph, GraphValue y, GraphValue reconstruction) => graph.Square(graph.Sub(reconstruction, y));

    public static GraphValue Absolute(Graph graph, GraphValue y, GraphValue reconstruction) => graph.Abs(graph.Sub(reconstruction, y));

    /// <summary>
    /// <c>lmse</c>: −ln(max(1 − d²/s², ε)). The metric is flat beyond the clamp; the loss goes on there as a straight line in |d| with the
    /// slope it has at the clamp, so that far-off elements still pull, unless it is to be flat.
    /// </summary>
    public static GraphValue Logarithmic(Graph graph, GraphValue y, GraphValue reconstruction, double scale, bool isFlat)
    {
        GraphValue difference = graph.Sub(reconstruction, y);
        GraphValue ratio = scale == 1 ? difference : graph.Div(difference, graph.Constant(scale));
        if (isFlat)
        {
            return Flip(graph, graph.Square(ratio));
        }

        // At the clamp |d|/s = √(1 − ε), and the derivative of −ln(1 − r²) is 2r/(1 − r²) = 2r/ε.
        double clamp = Math.Sqrt(1 - Epsilon);
        GraphValue beyond = graph.Relu(graph.Sub(graph.Abs(ratio), graph.Constant(clamp)));
        return graph.Add(Flip(graph, graph.Square(ratio)), graph.Mul(beyond, graph.Constant(2 * clamp / Epsilon)));
    }

    /// <summary><c>fl(…)</c>: −ln(max(1 − ℓ, ε)) with ℓ the loss over its largest value; beyond the clamp a straight line in ℓ with the slope 1/ε, unless it is to be flat.</summary>
    public static GraphValue Flipped(Graph graph, GraphValue unscaled, double largest, bool isFlat)
    {
        GraphValue loss = largest == 1 ? unscaled : graph.Div(unscaled, graph.Constant(largest));
        if (isFlat)
        {
            return Flip(graph, loss);
        }

        GraphValue beyond = graph.Relu(graph.Sub(loss, graph.Constant(1 - Epsilon)));
        return graph.Add(Flip(graph, loss), graph.Mul(beyond, graph.Constant(1 / Epsilon)));
    }

    /// <summary><c>lmse-max</c>: −ln(1 − (1 − ε)·d²/max d²), the maximum being the window's own; 0 where every d is 0.</summary>
    public static GraphValue LogarithmicOfMaximum(Graph graph, GraphValue y, GraphValue reconstruction)
    {
        const double smallest = 1e-30;
        GraphValue squares = Squared(graph, y, reconstruction);
        GraphValue share = graph.Div(squares, graph.Add(graph.MaxOfRows(squares), graph.Constant(smallest)));
        return graph.Neg(graph.Log(graph.Sub(graph.Constant(1), graph.Mul(share, graph.Constant(1 - Epsilon)))));
    }

    /// <summary><c>msle</c>: (ln(1 + y) − ln(1 + ŷ))²; what is below 0 counts as 0.</summary>
    public static GraphValue SquaredLogarithm(Graph graph, GraphValue y, GraphValue reconstruction)
    {
        GraphValue Logarithm(GraphValue value) => graph.Log(graph.Add(graph.Relu(value), graph.Constant(1)));
        return graph.Square(graph.Sub(Logarithm(reconstruction), Logarithm(y)));
    }

    /// <summary><c>relative</c>: |d| / (|y| + 1e-8).</summary>
    public static GraphValue Relative(Graph graph, GraphValue y, GraphValue reconstruction) =>
        graph.Div(Absolute(graph, y, reconstruction), graph.Add(graph.Abs(y), graph.Constant(1e-8)));

    /// <summary><c>exceedance(τ, l1|l2)</c>: ŷ − τ where ŷ is beyond τ, or its square.</summary>
    public static GraphValue Exceedance(Graph graph, GraphValue reconstruction, double threshold, bool isSquared)
    {
        GraphValue beyond = graph.Relu(graph.Sub(reconstruction, graph.Constant(threshold)));
        return isSquared ? graph.Square(beyond) : beyond;
    }

    /// <summary><c>huber(δ)</c>: d²/2 up to |d| = δ, δ·(|d| − δ/2) beyond.</summary>
    public static GraphValue Huber(Graph graph, GraphValue y, GraphValue reconstruction, double delta)
    {
        GraphValue size = Absolute(graph, y, reconstruction);
        GraphValue beyond = graph.Relu(graph.Sub(size, graph.Constant(delta)));
        return graph.Add(graph.Mul(graph.Square(graph.Sub(size, beyond)), graph.Constant(0.5)), graph.Mul(beyond, graph.Constant(delta)));
    }

    /// <summary><c>log-cosh</c>: ln cosh d = |d| + ln(1 + e^(−2|d|)) − ln 2, which does not overflow.</summary>
    public static GraphValue LogCosh(Graph graph, GraphValue y, GraphValue reconstruction)
    {
        GraphValue size = Absolute(graph, y, reconstruction);
        GraphValue decay = graph.Exp(graph.Mul(size, graph.Constant(-2)));
        return graph.Sub(graph.Add(size, graph.Log(graph.Add(decay, graph.Constant(1)))), graph.Constant(Math.Log(2)));
    }

    /// <summary><c>bce</c>: binary cross-entropy −y·ln ŷ − (1 − y)·ln(1 − ŷ) for values in [0, 1]; ŷ is kept 1e-7 away from both.</summary>
    public static GraphValue CrossEntropy(Graph graph, GraphValue y, GraphValue reconstruction)
    {
        GraphValue one = graph.Constant(1);
        GraphValue p = graph.Clip(reconstruction, Margin, 1 - Margin);
        return graph.Neg(graph.Add(graph.Mul(y, graph.Log(p)), graph.Mul(graph.Sub(one, y), graph.Log(graph.Sub(one, p)))));
    }

    private static GraphValue Flip(Graph graph, GraphValue loss) =>
        graph.Neg(graph.Log(graph.Max(graph.Sub(graph.Constant(1), loss), Epsilon)));
}
