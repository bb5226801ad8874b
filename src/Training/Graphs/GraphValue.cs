using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>A tensor in a graph under construction: an input, a constant or what an operation yields. Compared by identity.</summary>
internal sealed class GraphValue
{
    internal GraphValue(Graph owner, TensorShape shape, OnnxElementType type, bool requiresGradient, string? fixedName, string origin)
    {
        Owner = owner;
        Shape = shape;
        Type = type;
        RequiresGradient = requiresGradient;
        FixedName = fixedName;
        Origin = origin;
    }

    public Graph Owner { get; }

    public TensorShape Shape { get; }

    public OnnxElementType Type { get; }

    /// <summary>Whether a parameter has a part in it, so that the reverse pass must visit it.</summary>
    public bool RequiresGradient { get; }

    /// <summary>The name that inputs and initialisers carry from the start; results are named when the graph is finished.</summary>
    public string? FixedName { get; }

    /// <summary>Layer and operation that made it, for messages.</summary>
    public string Origin { get; }

    public override string ToString() => $"{FixedName ?? Origin} {Shape}";
}
