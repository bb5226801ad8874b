using System.Globalization;
using Thrum.Training.Graphs;

namespace Thrum.Training.Models;

/// <summary>Input of a training step that dropout multiplies by: 0, or 1/(1 − rate), drawn anew for each step.</summary>
internal sealed record DropoutMask(string Name, TensorShape Shape, double Rate);

/// <summary>One building of a network into a graph: its parameters by name, and what only training adds. Not thread-safe.</summary>
internal sealed class NetworkPass(Graph graph, PassKind kind, IReadOnlyDictionary<string, GraphValue> parameters)
{
    private readonly List<DropoutMask> _masks = [];
    private readonly Dictionary<string, GraphValue> _replacements = [];

    public Graph Graph { get; } = graph;

    public PassKind Kind { get; } = kind;

    /// <summary>The inputs that the caller must fill before each step.</summary>
    public IReadOnlyList<DropoutMask> Masks => _masks;

    /// <summary>New values of parameters that no gradient moves, by name.</summary>
    public IReadOnlyDictionary<string, GraphValue> Replacements => _replacements;

    /// <summary>A parameter by its name.</summary>
    public GraphValue this[string name] => parameters[name];

    /// <summary>Switches elements off with the given probability while training; the value as it is otherwise.</summary>
    public GraphValue Dropout(GraphValue value, double rate)
    {
        if (Kind != PassKind.Training || rate == 0)
        {
            return value;
        }

        var mask = new DropoutMask(string.Create(CultureInfo.InvariantCulture, $"dropout{_masks.Count + 1}"), value.Shape, rate);
        _masks.Add(mask);
        return Graph.Mul(value, Graph.Input(mask.Name, mask.Shape));
    }

    /// <summary>Notes what a running statistic is after this step.</summary>
    public void Replace(string name, GraphValue value) => _replacements.Add(name, value);

    public GraphValue Activate(GraphValue value, Activation activation) => activation switch
    {
        Activation.None => value,
        Activation.Relu => Graph.Relu(value),
        Activation.Leaky => Graph.LeakyRelu(value, 0.01),
        Activation.Elu => Graph.Elu(value, 1),
        Activation.Selu => Graph.Selu(value),
        Activation.Tanh => Graph.Tanh(value),
        Activation.Sigmoid => Graph.Sigmoid(value),
        _ => throw Graph.Fault("activation", $"{activation} is unknown"),
    };
}
