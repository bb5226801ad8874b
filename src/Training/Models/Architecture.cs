using Thrum.Training.Graphs;
using Thrum.Training.Models.Layers;

namespace Thrum.Training.Models;

/// <summary>A kind of autoencoder with its sizes: its layers one after the other, from [batch, window] to [batch, window]. Immutable.</summary>
internal sealed class Architecture
{
    private readonly IReadOnlyList<Layer> _layers;
    private readonly Layer? _lastActivation;

    public Architecture(string kind, int windowSamples, IReadOnlyList<Layer> layers)
    {
        Kind = kind;
        WindowSamples = windowSamples;
        _layers = layers;
        _lastActivation = layers.LastOrDefault(layer => layer is ActivationLayer);
        Parameters = [.. layers.SelectMany(layer => layer.Parameters)];
        ParameterCount = checked((int)Parameters.Sum(parameter => parameter.Shape.Count));
    }

    /// <summary>First word of the description: <c>dense</c>, <c>conv1d</c>, <c>conv2d</c> or <c>lstm</c>.</summary>
    public string Kind { get; }

    /// <summary>Elements of one input window.</summary>
    public int WindowSamples { get; }

    public IReadOnlyList<ParameterSpec> Parameters { get; }

    public int ParameterCount { get; }

    /// <summary>Appends the network.</summary>
    /// <param name="pass">Where to, with which parameters and what for.</param>
    /// <param name="windows">[batch, window]</param>
    /// <param name="observe">Told the output of each hidden layer behind its activation, [batch, units, …]; null for nobody.</param>
    /// <returns>[batch, window]</returns>
    public GraphValue Build(NetworkPass pass, GraphValue windows, Action<string, GraphValue>? observe = null)
    {
        GraphValue value = windows;
        foreach (Layer layer in _layers)
        {
            using GraphScope scope = pass.Graph.Scope(layer.Name);
            value = layer.Build(pass, value);
            if (layer is ActivationLayer && layer != _lastActivation)
            {
                observe?.Invoke(layer.Name.Replace(".activation", "", StringComparison.Ordinal), value);
            }
        }

        return value.Shape.Equals(windows.Shape) ? value : throw pass.Graph.Fault(Kind, $"the network makes {value} of {windows}");
    }
}
