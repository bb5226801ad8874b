using Thrum.Training.Graphs;

namespace Thrum.Training.Models.Layers;

/// <summary>One layer of a network; immutable.</summary>
internal abstract class Layer(string name)
{
    /// <summary>Name in messages and the first part of its parameters' names.</summary>
    public string Name { get; } = name;

    /// <summary>Its own parameters; a layer that borrows another's has none for that.</summary>
    public virtual IReadOnlyList<ParameterSpec> Parameters => [];

    /// <summary>Appends the layer.</summary>
    public abstract GraphValue Build(NetworkPass pass, GraphValue value);

    protected string Parameter(string part) => $"{Name}.{part}";
}
