using System.Globalization;
using Thrum.Training.Graphs;

namespace Thrum.Training.Models;

/// <summary>Fully connected layers of the given widths; the activation after each but the last, whose output is linear.</summary>
internal sealed class DenseArchitecture : Architecture
{
    private readonly Activation _activation;

    /// <param name="widths">Window, hidden layers, window again.</param>
    /// <param name="activation">After each hidden layer.</param>
    public DenseArchitecture(IReadOnlyList<int> widths, Activation activation)
        : base("dense", widths[0], Specify(widths, activation)) => _activation = activation;

    public override GraphValue BuildForTraining(Graph graph, GraphValue windows, IReadOnlyList<GraphValue> parameters)
    {
        GraphValue value = windows;
        int layers = parameters.Count / 2;
        for (int layer = 0; layer < layers; layer++)
        {
            using GraphScope scope = graph.Scope(LayerName(layer));
            value = graph.Linear(value, parameters[2 * layer], parameters[(2 * layer) + 1]);
            if (layer < layers - 1)
            {
                value = Activate(graph, value);
            }
        }

        return value;
    }

    private GraphValue Activate(Graph graph, GraphValue value) => _activation switch
    {
        Activation.Relu => graph.Relu(value),
        Activation.Tanh => graph.Tanh(value),
        Activation.Sigmoid => graph.Sigmoid(value),
        _ => throw graph.Fault("activation", $"{_activation} is unknown"),
    };

    private static ParameterSpec[] Specify(IReadOnlyList<int> widths, Activation activation)
    {
        var specs = new List<ParameterSpec>();
        for (int layer = 0; layer < widths.Count - 1; layer++)
        {
            int fanIn = widths[layer];
            int fanOut = widths[layer + 1];
            bool beforeRelu = activation == Activation.Relu && layer < widths.Count - 2;

            // Uniform in ±b has the variance b²/3: He's 2/fanIn before a ReLU, Glorot's 2/(fanIn + fanOut) elsewhere.
            double bound = beforeRelu ? Math.Sqrt(6.0 / fanIn) : Math.Sqrt(6.0 / (fanIn + fanOut));
            specs.Add(new ParameterSpec($"{LayerName(layer)}.weight", TensorShape.Of(fanOut, fanIn), bound));
            specs.Add(new ParameterSpec($"{LayerName(layer)}.bias", TensorShape.Of(fanOut), 0));
        }

        return [.. specs];
    }

    private static string LayerName(int layer) => string.Create(CultureInfo.InvariantCulture, $"dense{layer + 1}");
}
