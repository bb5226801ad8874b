namespace Thrum.Training.Onnx;

/// <summary>One operation; an empty input name stands for an optional input that is left out.</summary>
internal sealed record OnnxNode(string Name, string OpType, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxAttribute> Attributes);

/// <summary>Name, type and sizes of a graph input or output; a negative size is the free batch dimension.</summary>
internal sealed record OnnxValueInfo(string Name, OnnxElementType Type, IReadOnlyList<long> Sizes);

/// <summary>A graph with its constants, and the key/value pairs that travel with it.</summary>
internal sealed record OnnxModel
{
    public required string GraphName { get; init; }

    public required IReadOnlyList<OnnxNode> Nodes { get; init; }

    public required IReadOnlyList<OnnxTensor> Initializers { get; init; }

    public required IReadOnlyList<OnnxValueInfo> Inputs { get; init; }

    public required IReadOnlyList<OnnxValueInfo> Outputs { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
