using System.Globalization;
using Thrum.Training.Models.Layers;

namespace Thrum.Training.Models;

/// <summary>Fully connected layers of the given widths.</summary>
internal static class DenseNetwork
{
    /// <param name="widths">Window, hidden layers, window again.</param>
    /// <param name="style">Activations and the like.</param>
    /// <exception cref="FormatException">The widths do not make an autoencoder.</exception>
    public static Architecture Create(IReadOnlyList<int> widths, NetworkStyle style)
    {
        if (widths.Count < 3 || widths[0] != widths[^1])
        {
            throw new FormatException(": at least one hidden layer, and the same width first and last, are needed");
        }

        int count = widths.Count - 1;
        if (style.IsTied && (count % 2 != 0 || !widths.SequenceEqual(widths.Reverse())))
        {
            throw new FormatException(": tied weights need widths that read the same from both ends");
        }

        var layers = new List<Layer>();
        for (int layer = 0; layer < count; layer++)
        {
            bool isLast = layer == count - 1;
            Activation next = isLast ? style.Output : style.Hidden;
            string? tied = style.IsTied && layer >= count / 2 ? Name(count - 1 - layer) : null;
            layers.Add(new LinearLayer(Name(layer), widths[layer], widths[layer + 1], next, tied));
            layers.AddRange(After(Name(layer), widths[layer + 1], 0, isLast, style));
        }

        return new Architecture("dense", widths[0], layers);
    }

    /// <summary>What follows a layer: normalisation, activation and dropout behind a hidden one, the output's activation behind the last.</summary>
    internal static IEnumerable<Layer> After(string name, int features, int dimensions, bool isLast, NetworkStyle style)
    {
        if (!isLast && style.Norm == NormKind.Batch)
        {
            yield return new BatchNormLayer($"{name}.norm", features, dimensions);
        }
        else if (!isLast && style.Norm == NormKind.Layer)
        {
            yield return new LayerNormLayer($"{name}.norm", features, dimensions);
        }

        yield return new ActivationLayer($"{name}.activation", isLast ? style.Output : style.Hidden, isLast ? 0 : style.Dropout);
    }

    private static string Name(int layer) => string.Create(CultureInfo.InvariantCulture, $"dense{layer + 1}");
}
