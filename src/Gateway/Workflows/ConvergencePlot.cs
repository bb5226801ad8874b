using System.Globalization;
using System.Text;
using Thrum.Training.Studies;

namespace Thrum.Gateway.Workflows;

/// <summary>The training loss over epochs as an SVG drawing: mean of all runs of a loss, and a band of one standard deviation between seeds.</summary>
internal static class ConvergencePlot
{
    private const int Width = 720;
    private const int Height = 400;
    private const int Margin = 60;
    private static readonly string[] Colours = ["#c0392b", "#2471a3", "#229954"];

    /// <summary>In units of the first epoch's mean, so that losses of different size can be compared.</summary>
    public static string Draw(OneClassResult result)
    {
        var svg = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"));
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width / 2}\" y=\"24\" text-anchor=\"middle\">Training loss relative to the first epoch, mean ± standard deviation between seeds</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Margin} {Margin}V{Height - Margin}H{Width - Margin}\" fill=\"none\" stroke=\"black\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width / 2}\" y=\"{Height - 20}\" text-anchor=\"middle\">epoch</text>\n<text x=\"{Margin - 8}\" y=\"{Margin + 4}\" text-anchor=\"end\">1</text>\n<text x=\"{Margin - 8}\" y=\"{Height - Margin + 4}\" text-anchor=\"end\">0</text>\n");
        int index = 0;
        foreach ((string loss, LossConvergence runs) in result.Convergence)
        {
            Append(svg, loss, runs, Colours[index % Colours.Length], index++);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Append(StringBuilder svg, string loss, LossConvergence runs, string colour, int index)
    {
        var points = runs.Mean.Select((mean, epoch) =>
            (X: Margin + ((Width - (2.0 * Margin)) * epoch / Math.Max(1, runs.Mean.Count - 1)), Mean: mean, Deviation: runs.Deviation[epoch])).ToList();
        string upper = string.Join(' ', points.Select(p => Point(p.X, p.Mean + p.Deviation)));
        string lower = string.Join(' ', points.AsEnumerable().Reverse().Select(p => Point(p.X, p.Mean - p.Deviation)));
        svg.Append(CultureInfo.InvariantCulture, $"<polygon points=\"{upper} {lower}\" fill=\"{colour}\" opacity=\"0.2\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points.Select(p => Point(p.X, p.Mean)))}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Margin - 80}\" y=\"{Margin + 20 + (20 * index)}\" fill=\"{colour}\">{loss}</text>\n");
    }

    private static string Point(double x, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{x:F1},{Height - Margin - ((Height - (2.0 * Margin)) * Math.Clamp(value, 0, 1.1)):F1}");
}
