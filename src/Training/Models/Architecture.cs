using Thrum.Training.Graphs;

namespace Thrum.Training.Models;

/// <summary>A kind of autoencoder with its sizes: which parameters it has and how it computes. Immutable.</summary>
internal abstract class Architecture
{
    protected Architecture(string kind, int windowSamples, IReadOnlyList<ParameterSpec> parameters)
    {
        Kind = kind;
        WindowSamples = windowSamples;
        Parameters = parameters;
        ParameterCount = checked((int)parameters.Sum(parameter => parameter.Shape.Count));
    }

    /// <summary>First word of the description: <c>dense</c>.</summary>
    public string Kind { get; }

    /// <summary>Elements of one input window.</summary>
    public int WindowSamples { get; }

    public IReadOnlyList<ParameterSpec> Parameters { get; }

    public int ParameterCount { get; }

    /// <summary>Appends the network in operations that have gradients.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="windows">[batch, window]</param>
    /// <param name="parameters">One value for each of <see cref="Parameters"/>.</param>
    /// <returns>[batch, window]</returns>
    public abstract GraphValue BuildForTraining(Graph graph, GraphValue windows, IReadOnlyList<GraphValue> parameters);

    /// <summary>The same function in the operations that run fastest; a network whose layers have an operator of their own overrides it.</summary>
    public virtual GraphValue BuildForInference(Graph graph, GraphValue windows, IReadOnlyList<GraphValue> parameters) =>
        BuildForTraining(graph, windows, parameters);
}
