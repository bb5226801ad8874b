using System.Globalization;
using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>The constants of one graph, in its number type; equal scalars and equal integer lists are stored once.</summary>
internal sealed class GraphConstants(Graph graph)
{
    private readonly Dictionary<string, GraphValue> _shared = [];
    private readonly List<OnnxTensor> _tensors = [];

    public IReadOnlyList<OnnxTensor> Tensors => _tensors;

    public GraphValue Scalar(double value)
    {
        string name = "constant_" + BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
        if (!_shared.TryGetValue(name, out GraphValue? constant))
        {
            constant = Store(name, [value], TensorShape.Scalar);
            _shared.Add(name, constant);
        }

        return constant;
    }

    public GraphValue Integers(ReadOnlySpan<long> values)
    {
        long[] list = values.ToArray();
        string name = "integers_" + string.Join('_', list.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        if (!_shared.TryGetValue(name, out GraphValue? constant))
        {
            constant = new GraphValue(graph, TensorShape.Of(list.Length), OnnxElementType.Int64, requiresGradient: false, name, name);
            _tensors.Add(OnnxTensor.FromInt64(name, constant.Shape.Sizes, list));
            _shared.Add(name, constant);
        }

        return constant;
    }

    public GraphValue Tensor(ReadOnlySpan<double> values, TensorShape shape) =>
        Store(string.Create(CultureInfo.InvariantCulture, $"tensor_{_tensors.Count}"), values, shape);

    public GraphValue Shared(string key, ReadOnlySpan<double> values, TensorShape shape)
    {
        if (!_shared.TryGetValue(key, out GraphValue? constant))
        {
            constant = Store(key, values, shape);
            _shared.Add(key, constant);
        }

        return constant;
    }

    public GraphValue Named(string name, ReadOnlySpan<float> values, TensorShape shape)
    {
        CheckCount(name, values.Length, shape);
        if (graph.NumberType != OnnxElementType.Float)
        {
            throw new GraphException($"initializer '{name}' is Float, the graph computes in {graph.NumberType}");
        }

        _tensors.Add(OnnxTensor.FromFloats(name, shape.Sizes, values));
        return new GraphValue(graph, shape, OnnxElementType.Float, requiresGradient: false, name, name);
    }

    /// <summary>A constant in a type of its own.</summary>
    public GraphValue Stored(OnnxTensor tensor, TensorShape shape)
    {
        _tensors.Add(tensor);
        return new GraphValue(graph, shape, tensor.Type, requiresGradient: false, tensor.Name, tensor.Name);
    }

    private GraphValue Store(string name, ReadOnlySpan<double> values, TensorShape shape)
    {
        CheckCount(name, values.Length, shape);
        if (graph.NumberType == OnnxElementType.Double)
        {
            _tensors.Add(OnnxTensor.FromDoubles(name, shape.Sizes, values));
        }
        else
        {
            float[] narrowed = new float[values.Length];
            for (int i = 0; i < narrowed.Length; i++)
            {
                narrowed[i] = (float)values[i];
            }

            _tensors.Add(OnnxTensor.FromFloats(name, shape.Sizes, narrowed));
        }

        return new GraphValue(graph, shape, graph.NumberType, requiresGradient: false, name, name);
    }

    private static void CheckCount(string name, int count, TensorShape shape)
    {
        if (count != shape.Count)
        {
            throw new GraphException($"constant '{name}' has {count} elements, its shape {shape} needs {shape.Count}");
        }
    }
}
