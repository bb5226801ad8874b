using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>Writes a sequence from a code that it sees at every step: [batch, inputs] to [batch·steps, hidden].</summary>
internal sealed class LstmDecoderLayer(string name, int steps, int inputs, int hidden) : Layer(name)
{
    public override IReadOnlyList<ParameterSpec> Parameters { get; } = LstmCell.Specify(name, inputs, hidden);

    public override GraphValue Build(NetworkPass pass, GraphValue value)
    {
        Graph graph = pass.Graph;
        long batch = value.Shape[0];
        TensorShape rows = TensorShape.Of(Times(batch, steps), hidden);
        if (pass.Kind == PassKind.Inference)
        {
            GraphValue code = graph.Reshape(value, TensorShape.Of(1, batch, inputs));
            GraphValue repeated = graph.Append(new Operation("Tile", [code, graph.Integers(steps, 1, 1)]), TensorShape.Of(steps, batch, inputs));
            return graph.Reshape(graph.Transpose(LstmCell.Native(pass, Name, repeated).All, 2, 0, 1, 3), rows);
        }

        GraphValue projected = LstmCell.Project(pass, Name, value);
        GraphValue[] states = LstmCell.Unroll(pass, Name, [.. Enumerable.Repeat(projected, steps)]);
        return graph.Reshape(graph.Concat(1, states), rows);
    }

    /// <summary>Rows when each of the batch has several; a free batch stays free.</summary>
    internal static long Times(long batch, int steps) => batch == TensorShape.Free ? TensorShape.Free : batch * steps;
}
