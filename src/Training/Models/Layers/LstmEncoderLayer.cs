using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>Reads a window as steps of several values and gives the last hidden state: [batch, steps·inputs] to [batch, hidden].</summary>
internal sealed class LstmEncoderLayer(string name, int steps, int inputs, int hidden) : Layer(name)
{
    public override IReadOnlyList<ParameterSpec> Parameters { get; } = LstmCell.Specify(name, inputs, hidden);

    public override GraphValue Build(NetworkPass pass, GraphValue value)
    {
        Graph graph = pass.Graph;
        long batch = value.Shape[0];
        if (pass.Kind == PassKind.Inference)
        {
            GraphValue sequence = graph.Transpose(graph.Reshape(value, TensorShape.Of(batch, steps, inputs)), 1, 0, 2);
            return graph.Reshape(LstmCell.Native(pass, Name, sequence).Last, TensorShape.Of(batch, hidden));
        }

        GraphValue rows = graph.Reshape(value, TensorShape.Of(LstmDecoderLayer.Times(batch, steps), inputs));
        GraphValue projected = graph.Reshape(LstmCell.Project(pass, Name, rows), TensorShape.Of(batch, 4L * hidden * steps));
        return LstmCell.Unroll(pass, Name, graph.Split(projected, 1, [.. Enumerable.Repeat(4L * hidden, steps)]))[^1];
    }
}
