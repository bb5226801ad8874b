using System.Globalization;
using Thrum.Training.Graphs;
using Thrum.Training.Models.Layers;

namespace Thrum.Training.Models;

/// <summary>
/// Convolutions that halve the size (by their stride) and widen the features, a linear code if one is asked for, and transposed
/// convolutions back. A window holds one feature plane (axis, colour) after the other.
/// </summary>
internal static class ConvNetwork
{
    /// <param name="kind"><c>conv1d</c> or <c>conv2d</c>.</param>
    /// <param name="input">Planes, then the sizes of one plane.</param>
    /// <param name="features">Of each convolution.</param>
    /// <param name="code">Width of the code, or null for none beyond the last convolution.</param>
    /// <param name="style">Activations and the like.</param>
    /// <exception cref="FormatException">There is no convolution.</exception>
    public static Architecture Create(string kind, IReadOnlyList<int> input, IReadOnlyList<int> features, int? code, NetworkStyle style)
    {
        if (features.Count == 0)
        {
            throw new FormatException(": at least one convolution is needed");
        }

        var geometry = new ConvGeometry(style.Kernel, style.Stride, style.Kernel / 2);
        int[] widths = [input[0], .. features];
        int dimensions = input.Count - 1;
        List<long[]> sizes = [[.. input.Skip(1).Select(size => (long)size)]];
        var layers = new List<Layer> { new ReshapeLayer("planes", [input[0], .. sizes[0]]) };
        for (int level = 0; level < features.Count; level++)
        {
            layers.Add(new ConvLayer(Down(level), widths[level], widths[level + 1], geometry, dimensions, style.Hidden));
            layers.AddRange(DenseNetwork.After(Down(level), widths[level + 1], dimensions, isLast: false, style));
            sizes.Add([.. sizes[level].Select(geometry.OutputSize)]);
        }

        if (code is { } width)
        {
            layers.AddRange(Code(widths[^1], sizes[^1], width, style));
        }

        for (int level = features.Count - 1; level >= 0; level--)
        {
            Activation next = level == 0 ? style.Output : style.Hidden;
            layers.Add(new ConvTransposeLayer(Up(level), widths[level + 1], widths[level], geometry, sizes[level], next, style.IsTied ? Down(level) : null));
            layers.AddRange(DenseNetwork.After(Up(level), widths[level], dimensions, isLast: level == 0, style));
        }

        int window = input.Aggregate(1, (product, size) => checked(product * size));
        layers.Add(new ReshapeLayer("window", window));
        return new Architecture(kind, window, layers);
    }

    private static IEnumerable<Layer> Code(int features, long[] sizes, int width, NetworkStyle style)
    {
        int flat = checked((int)sizes.Aggregate((long)features, (product, size) => product * size));
        yield return new ReshapeLayer("flat", flat);
        yield return new LinearLayer("code", flat, width, Activation.None);
        yield return new LinearLayer("decode", width, flat, style.Hidden, style.IsTied ? "code" : null);
        yield return new ActivationLayer("decode.activation", style.Hidden, style.Dropout);
        yield return new ReshapeLayer("features", [features, .. sizes]);
    }

    private static string Down(int level) => string.Create(CultureInfo.InvariantCulture, $"conv{level + 1}");

    private static string Up(int level) => string.Create(CultureInfo.InvariantCulture, $"up{level + 1}");
}
