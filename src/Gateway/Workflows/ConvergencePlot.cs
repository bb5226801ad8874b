using Thrum.Training.Studies;

namespace Thrum.Gateway.Workflows;

/// <summary>The training loss over epochs as an SVG file: mean of all runs with a loss, and a band of one standard deviation between seeds.</summary>
internal static class ConvergencePlot
{
    private const string Quantity = "Training loss, mean ";

    /// <summary>At the beginning of every file.</summary>
    public const string Mark = $"aria-label=\"{Quantity}";

    /// <summary>
    /// In units of the first epoch's mean and logarithmic: losses of different size can be compared, and a band is as wide as its spread is relative to the loss.
    /// </summary>
    public static string Draw(OneClassResult result) =>
        new SvgChart($"{Quantity}± deviation between seeds", "epoch", "in units of the first epoch's mean", [.. result.Convergence.Select((loss, i) =>
            new ChartLine(loss.Key, i + 1, [.. loss.Value.Mean.Select((_, epoch) => epoch + 1.0)], loss.Value.Mean) { Deviation = loss.Value.Deviation })])
        {
            IsLogY = true,
            IsWholeX = true,
        }.File();
}
