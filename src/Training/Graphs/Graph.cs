using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>
/// A computation under construction. Operations (extension methods beside this class) append nodes, check shapes and, while
/// <see cref="IsRecording"/>, note how their gradients are built; <see cref="Differentiation"/> then appends the reverse pass.
/// Not thread-safe.
/// </summary>
internal sealed class Graph
{
    private readonly List<(Operation Operation, GraphValue[] Outputs, string Name)> _nodes = [];
    private readonly List<TapeEntry> _tape = [];
    private readonly List<GraphValue> _inputs = [];
    private readonly List<(GraphValue Value, string Name)> _outputs = [];
    private readonly Dictionary<GraphValue, List<(GraphValue Gradient, GraphValue Factor)>> _deferred = [];
    private readonly GraphConstants _constants;
    private string _scope = "";

    /// <param name="numberType"><see cref="OnnxElementType.Float"/>, or <see cref="OnnxElementType.Double"/> to check gradients to many digits.</param>
    public Graph(OnnxElementType numberType = OnnxElementType.Float)
    {
        if (numberType is not (OnnxElementType.Float or OnnxElementType.Double))
        {
            throw new GraphException($"a graph computes in Float or Double, not in {numberType}");
        }

        NumberType = numberType;
        _constants = new GraphConstants(this);
    }

    public OnnxElementType NumberType { get; }

    /// <summary>False once gradients have been built: what follows (the optimiser) is not differentiated.</summary>
    public bool IsRecording { get; private set; } = true;

    public int NodeCount => _nodes.Count;

    internal IReadOnlyList<TapeEntry> Tape => _tape;

    /// <summary>Operations until disposal belong to this layer; messages and node names carry it.</summary>
    public GraphScope Scope(string layer)
    {
        string outer = _scope;
        _scope = outer.Length == 0 ? layer : $"{outer}/{layer}";
        return new GraphScope(() => _scope = outer);
    }

    /// <summary>A tensor handed in at each run.</summary>
    public GraphValue Input(string name, TensorShape shape, bool requiresGradient = false)
    {
        var value = new GraphValue(this, shape, NumberType, requiresGradient, name, name);
        _inputs.Add(value);
        return value;
    }

    public GraphValue Constant(double value) => _constants.Scalar(value);

    public GraphValue Constant(ReadOnlySpan<double> values, TensorShape shape) => _constants.Tensor(values, shape);

    /// <summary>A constant that is stored once however often it is asked for by its key.</summary>
    public GraphValue SharedConstant(string key, ReadOnlySpan<double> values, TensorShape shape) => _constants.Shared(key, values, shape);

    /// <summary>Weights stored in the file under their own name.</summary>
    public GraphValue Initializer(string name, ReadOnlySpan<float> values, TensorShape shape) => _constants.Named(name, values, shape);

    /// <summary>A constant in a type of its own, which an operation turns into the graph's.</summary>
    public GraphValue Stored(OnnxTensor tensor, TensorShape shape) => _constants.Stored(tensor, shape);

    /// <summary>Sizes, axes and the like: a vector of whole numbers.</summary>
    public GraphValue Integers(params ReadOnlySpan<long> values) => _constants.Integers(values);

    /// <summary>Makes a value an output of the graph.</summary>
    public void Output(GraphValue value, string name)
    {
        // An input, a constant, or a value that already goes out under another name needs a node to carry this one.
        bool needsCopy = value.FixedName is not null || _outputs.Any(output => ReferenceEquals(output.Value, value));
        _outputs.Add((needsCopy ? Append(new Operation("Identity", [value]), value.Shape) : value, name));
    }

    /// <summary>Appends an operation with one output.</summary>
    public GraphValue Append(Operation operation, TensorShape shape)
    {
        ManyGradientRule?[] rules = [.. operation.Gradients.Select(rule => rule is null ? null : new ManyGradientRule(gradients => rule(gradients[0]!)))];
        return Append(operation, [shape], rules)[0];
    }

    /// <summary>Appends an operation with several outputs.</summary>
    public GraphValue[] Append(Operation operation, IReadOnlyList<TensorShape> shapes, IReadOnlyList<ManyGradientRule?> rules)
    {
        foreach (GraphValue? input in operation.Inputs)
        {
            if (input is not null && !ReferenceEquals(input.Owner, this))
            {
                throw Fault(operation.OpType, $"the input {input} belongs to another graph");
            }
        }

        string origin = _scope.Length == 0 ? operation.OpType : $"{_scope}/{operation.OpType}";
        IReadOnlyList<GraphValue?> sources = operation.Sources ?? operation.Inputs;
        bool requiresGradient = IsRecording && sources.Zip(rules).Any(pair => pair.Second is not null && pair.First is { RequiresGradient: true });
        OnnxElementType type = operation.OutputType ?? NumberType;
        GraphValue[] outputs = [.. shapes.Select(shape => new GraphValue(this, shape, type, requiresGradient, null, origin))];
        _nodes.Add((operation, outputs, $"{origin}_{_nodes.Count}"));
        if (requiresGradient)
        {
            _tape.Add(new TapeEntry(outputs, sources, rules));
        }

        return outputs;
    }

    /// <summary>An exception that says where: layer, operation, and what does not fit.</summary>
    public GraphException Fault(string opType, string what) =>
        new(_scope.Length == 0 ? $"{opType}: {what}" : $"layer '{_scope}', {opType}: {what}");

    /// <summary>Ends the recording of gradients.</summary>
    internal void StopRecording() => IsRecording = false;

    /// <summary>
    /// Notes a contribution gradientᵀ·factor to the gradient of a weight. Products are formed when the weight is reached, so a weight
    /// that is used at many time steps gets one large product instead of many small ones and their sum.
    /// </summary>
    internal void Defer(GraphValue weight, GraphValue gradient, GraphValue factor)
    {
        if (!_deferred.TryGetValue(weight, out List<(GraphValue Gradient, GraphValue Factor)>? list))
        {
            _deferred[weight] = list = [];
        }

        list.Add((gradient, factor));
    }

    /// <summary>The noted products of a weight, forgotten here; empty for any other value.</summary>
    internal IReadOnlyList<(GraphValue Gradient, GraphValue Factor)> TakeDeferred(GraphValue weight) =>
        _deferred.Remove(weight, out List<(GraphValue Gradient, GraphValue Factor)>? list) ? list : [];

    /// <summary>The finished graph as a file's content, with names given to all results.</summary>
    public byte[] Encode(string graphName, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var names = new Dictionary<GraphValue, string>();
        foreach ((GraphValue value, string name) in _outputs)
        {
            names.Add(value, name);
        }

        string NameOf(GraphValue value)
        {
            if (!names.TryGetValue(value, out string? name))
            {
                name = value.FixedName ?? $"{value.Origin}:{names.Count}";
                names.Add(value, name);
            }

            return name;
        }

        return OnnxEncoder.Encode(new OnnxModel
        {
            GraphName = graphName,
            Nodes = [.. _nodes.Select(node => new OnnxNode(
                node.Name,
                node.Operation.OpType,
                [.. node.Operation.Inputs.Select(input => input is null ? "" : NameOf(input))],
                [.. node.Outputs.Select(NameOf)],
                node.Operation.Attributes))],
            Initializers = _constants.Tensors,
            Inputs = [.. _inputs.Select(input => new OnnxValueInfo(input.FixedName!, input.Type, input.Shape.Sizes))],
            Outputs = [.. _outputs.Select(output => new OnnxValueInfo(output.Name, output.Value.Type, output.Value.Shape.Sizes))],
            Metadata = metadata ?? new Dictionary<string, string>(),
        });
    }
}
