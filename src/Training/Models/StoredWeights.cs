using Thrum.Training.Graphs;
using Thrum.Training.Onnx;

namespace Thrum.Training.Models;

/// <summary>Weights in fewer bits, and the operation that makes single precision of them, which ONNX Runtime does once, at load.</summary>
internal static class StoredWeights
{
    private const float Steps = 127;

    public static GraphValue Append(Graph graph, ParameterSpec spec, ReadOnlySpan<float> values, WeightStorage storage) => storage switch
    {
        WeightStorage.Full => graph.Initializer(spec.Name, values, spec.Shape),
        WeightStorage.Half => AppendHalves(graph, spec, values),
        _ => AppendBytes(graph, spec, values),
    };

    private static GraphValue AppendHalves(Graph graph, ParameterSpec spec, ReadOnlySpan<float> values)
    {
        var halves = new Half[values.Length];
        for (int i = 0; i < halves.Length; i++)
        {
            halves[i] = (Half)values[i];
        }

        GraphValue stored = graph.Stored(OnnxTensor.FromHalves(spec.Name, spec.Shape.Sizes, halves), spec.Shape);
        return graph.Append(new Operation("Cast", [stored]) { Attributes = [OnnxAttribute.Of("to", (long)OnnxElementType.Float)] }, spec.Shape);
    }

    /// <summary>Symmetric, one scale for each row, a slice along the first axis: an output of a dense layer, a filter of a convolution.</summary>
    private static GraphValue AppendBytes(Graph graph, ParameterSpec spec, ReadOnlySpan<float> values)
    {
        int slices = (int)spec.Shape[0], length = values.Length / slices;
        var bytes = new sbyte[values.Length];
        float[] scales = new float[slices];
        for (int slice = 0; slice < slices; slice++)
        {
            ReadOnlySpan<float> own = values.Slice(slice * length, length);
            float greatest = 0;
            foreach (float value in own)
            {
                greatest = Math.Max(greatest, Math.Abs(value));
            }

            scales[slice] = greatest > 0 ? greatest / Steps : 1;
            for (int i = 0; i < length; i++)
            {
                bytes[(slice * length) + i] = (sbyte)Math.Round(own[i] / scales[slice]);
            }
        }

        GraphValue stored = graph.Stored(OnnxTensor.FromInt8(spec.Name, spec.Shape.Sizes, bytes), spec.Shape);
        GraphValue scale = graph.Initializer(spec.Name + ".scale", scales, TensorShape.Of(slices));
        GraphValue zero = graph.Stored(OnnxTensor.FromInt8(spec.Name + ".zero", [slices], new sbyte[slices]), TensorShape.Of(slices));
        return graph.Append(new Operation("DequantizeLinear", [stored, scale, zero]) { Attributes = [OnnxAttribute.Of("axis", 0L)] }, spec.Shape);
    }
}
