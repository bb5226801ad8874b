using Thrum.Training.Graphs;
using Thrum.Training.Onnx;

namespace Thrum.Training.Models.Layers;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber, 1997, with forget gates): parameters in ONNX's order of gates i, o, f, c, so
/// that the same tensors feed the native operator.
/// </summary>
internal static class LstmCell
{
    public static IReadOnlyList<ParameterSpec> Specify(string name, int inputs, int hidden)
    {
        double bound = 1 / Math.Sqrt(hidden);
        return
        [
            new($"{name}.weight", TensorShape.Of(4 * hidden, inputs), bound),
            new($"{name}.recurrence", TensorShape.Of(4 * hidden, hidden), bound),
            new($"{name}.bias", TensorShape.Of(8 * hidden), 0) { Role = ParameterRole.Offset },
        ];
    }

    /// <summary>x·Wᵀ + b for all rows, [rows, 4·hidden]; the two biases of the operator's layout are one here.</summary>
    public static GraphValue Project(NetworkPass pass, string name, GraphValue x)
    {
        GraphValue both = pass[$"{name}.bias"];
        GraphValue[] biases = pass.Graph.Split(both, 0, both.Shape[0] / 2, both.Shape[0] / 2);
        return pass.Graph.Linear(x, pass[$"{name}.weight"], pass.Graph.Add(biases[0], biases[1]));
    }

    /// <summary>The hidden states [batch, hidden] of all steps, from zero states.</summary>
    /// <param name="pass">The building.</param>
    /// <param name="name">Name of the parameters.</param>
    /// <param name="projections">Of each step, [batch, 4·hidden].</param>
    public static GraphValue[] Unroll(NetworkPass pass, string name, IReadOnlyList<GraphValue> projections)
    {
        Graph graph = pass.Graph;
        GraphValue recurrence = pass[$"{name}.recurrence"];
        long hidden = recurrence.Shape[1];
        var states = new GraphValue[projections.Count];
        GraphValue? cell = null;
        for (int step = 0; step < states.Length; step++)
        {
            GraphValue gates = step == 0 ? projections[0] : graph.Linear(states[step - 1], recurrence, projections[step]);
            GraphValue[] parts = graph.Split(gates, 1, 3 * hidden, hidden);
            GraphValue[] open = graph.Split(graph.Sigmoid(parts[0]), 1, hidden, hidden, hidden);
            GraphValue fresh = graph.Mul(open[0], graph.Tanh(parts[1]));
            cell = cell is null ? fresh : graph.Add(graph.Mul(open[2], cell), fresh);
            states[step] = graph.Mul(open[1], graph.Tanh(cell));
        }

        return states;
    }

    /// <summary>The native operator over [steps, batch, inputs].</summary>
    /// <returns>All states [steps, 1, batch, hidden], and the last one [1, batch, hidden].</returns>
    public static (GraphValue All, GraphValue Last) Native(NetworkPass pass, string name, GraphValue sequence)
    {
        Graph graph = pass.Graph;
        GraphValue Led(string part)
        {
            GraphValue value = pass[$"{name}.{part}"];
            return graph.Reshape(value, TensorShape.Of([1, .. value.Shape.Sizes]));
        }

        long hidden = pass[$"{name}.recurrence"].Shape[1];
        long batch = sequence.Shape[1];
        GraphValue[] outputs = graph.Append(
            new Operation("LSTM", [sequence, Led("weight"), Led("recurrence"), Led("bias")]) { Attributes = [OnnxAttribute.Of("hidden_size", hidden)] },
            [TensorShape.Of(sequence.Shape[0], 1, batch, hidden), TensorShape.Of(1, batch, hidden)],
            []);
        return (outputs[0], outputs[1]);
    }
}
