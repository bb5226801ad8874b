using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Thrum.Detector.Models;

/// <summary>What a model's input and first output say: the layout, and the batch where it is fixed.</summary>
/// <param name="Layout">Layout of both.</param>
/// <param name="FixedBatch">Windows per run; 0 for a dynamic batch.</param>
internal readonly record struct ModelSignature(ModelLayout Layout, int FixedBatch)
{
    private const int MostFixed = 4096;

    /// <exception cref="FormatException">The model is no autoencoder of such inputs; the message says what was expected and found.</exception>
    public static ModelSignature Read(InferenceSession session, ModelMetadata metadata, int valuesPerAxis)
    {
        if (session.InputNames.Count != 1)
        {
            throw new FormatException($"expected one input, found {session.InputNames.Count}: {string.Join(", ", session.InputNames)}");
        }

        int axes = metadata.Axes.Count;
        NodeMetadata input = session.InputMetadata[session.InputNames[0]];
        NodeMetadata output = session.OutputMetadata[session.OutputNames[0]];
        IReadOnlyList<ModelLayout> fitting = Fitting("input", session.InputNames[0], input, axes, valuesPerAxis);
        if (fitting.Count > 1 && metadata.Layout is null)
        {
            throw new FormatException(
                $"expected thrum.layout to say which layout {Describe(input)} of input '{session.InputNames[0]}' is, found none: it fits {string.Join(" and ", fitting.Select(ModelLayouts.Name))}");
        }

        ModelLayout layout = metadata.Layout ?? fitting[0];
        if (!fitting.Contains(layout) || !Fitting("output", session.OutputNames[0], output, axes, valuesPerAxis).Contains(layout))
        {
            throw new FormatException(
                $"expected input and output in the layout {ModelLayouts.Name(layout)}, found {Describe(input)} and {Describe(output)}");
        }

        int batch = Math.Max(0, input.Dimensions[ModelLayouts.BatchDimension(layout)]);
        return batch <= MostFixed
            ? new ModelSignature(layout, batch)
            : throw new FormatException($"expected a dynamic batch or at most {MostFixed} windows, found {Describe(input)}");
    }

    private static IReadOnlyList<ModelLayout> Fitting(string role, string name, NodeMetadata node, int axes, int values)
    {
        IReadOnlyList<ModelLayout> fitting = node.IsTensor && node.ElementDataType == TensorElementType.Float
            ? ModelLayouts.Fitting(node.Dimensions, axes, values)
            : [];
        return fitting.Count > 0
            ? fitting
            : throw new FormatException($"expected {role} '{name}' to be Float {ModelLayouts.Expected(axes, values)}, found {Describe(node)}");
    }

    private static string Describe(NodeMetadata node) => node.IsTensor
        ? $"{node.ElementDataType} [{string.Join(", ", node.Dimensions.Select(d => d < 0 ? "any" : d.ToString(CultureInfo.InvariantCulture)))}]"
        : node.OnnxValueType.ToString();
}
