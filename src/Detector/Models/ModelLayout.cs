using System.Globalization;

namespace Thrum.Detector.Models;

/// <summary>Where a model's tensors hold the batch, the axes and the values of a window.</summary>
public enum ModelLayout
{
    /// <summary>[batch, axes·values], one axis after the other: dense models.</summary>
    BatchFlat,

    /// <summary>[batch, axes, values]: one-dimensional convolutions of PyTorch.</summary>
    BatchAxesValues,

    /// <summary>[batch, values, axes]: batch-major LSTM, one-dimensional convolutions of Keras.</summary>
    BatchValuesAxes,

    /// <summary>[values, batch, axes]: time-major LSTM, PyTorch's default.</summary>
    ValuesBatchAxes,
}

/// <summary>Which layouts a tensor's dimensions can have.</summary>
internal static class ModelLayouts
{
    private static readonly (ModelLayout Layout, string Name)[] All =
    [
        (ModelLayout.BatchFlat, "batch,values"),
        (ModelLayout.BatchAxesValues, "batch,axes,values"),
        (ModelLayout.BatchValuesAxes, "batch,values,axes"),
        (ModelLayout.ValuesBatchAxes, "values,batch,axes"),
    ];

    /// <summary>The metadata form of a layout.</summary>
    public static string Name(ModelLayout layout) => All[(int)layout].Name;

    /// <exception cref="FormatException">There is no such layout.</exception>
    public static ModelLayout Parse(string text)
    {
        string plain = text.Replace(" ", "", StringComparison.Ordinal);
        int index = Array.FindIndex(All, entry => entry.Name == plain);
        return index >= 0 ? All[index].Layout : throw new FormatException($"expected {string.Join(" or ", All.Select(entry => entry.Name))}, found {text}");
    }

    /// <summary>Place of the batch among the dimensions.</summary>
    public static int BatchDimension(ModelLayout layout) => layout == ModelLayout.ValuesBatchAxes ? 1 : 0;

    /// <summary>The dimensions of a tensor of so many windows.</summary>
    public static long[] Shape(ModelLayout layout, int batch, int axes, int values) => layout switch
    {
        ModelLayout.BatchFlat => [batch, (long)axes * values],
        ModelLayout.BatchAxesValues => [batch, axes, values],
        ModelLayout.BatchValuesAxes => [batch, values, axes],
        _ => [values, batch, axes],
    };

    /// <summary>
    /// The layouts that fit a tensor's dimensions, −1 being any number. Where exactly one dimension is free it is the batch; else each layout
    /// whose other dimensions agree fits.
    /// </summary>
    public static IReadOnlyList<ModelLayout> Fitting(ReadOnlySpan<int> dimensions, int axes, int values)
    {
        int[] found = [.. dimensions];
        int free = found.Count(dimension => dimension < 0) == 1 ? Array.FindIndex(found, dimension => dimension < 0) : -1;
        return [.. All.Select(entry => entry.Layout).Where(layout =>
            Fits(Shape(layout, -1, axes, values), found) && (free < 0 || free == BatchDimension(layout)))];
    }

    /// <summary>All shapes that would do, for a message.</summary>
    public static string Expected(int axes, int values) => string.Join(
        " or ",
        All.Select(entry => "[" + string.Join(", ", Shape(entry.Layout, -1, axes, values).Select(Text)) + "]").Distinct());

    private static string Text(long dimension) => dimension < 0 ? "batch" : dimension.ToString(CultureInfo.InvariantCulture);

    private static bool Fits(long[] shape, int[] found) =>
        shape.Length == found.Length && shape.Zip(found, (wanted, is_) => wanted < 0 || is_ < 0 || wanted == is_).All(fits => fits);
}
