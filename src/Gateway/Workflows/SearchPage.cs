using System.Globalization;
using System.Net;
using System.Text;
using Thrum.Training.Search;

namespace Thrum.Gateway.Workflows;

/// <summary>The results of a search as one page without anything from elsewhere: parallel coordinates, one line a point, and a table.</summary>
internal static class SearchPage
{
    private const int Width = 960;
    private const int Height = 420;
    private const int Margin = 90;
    private const int Top = 60;

    /// <summary>In the head of every page.</summary>
    public const string Mark = "<title>Thrum search</title>";

    private const string Head = $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">{{Mark}}
        <style>
        body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #1b1f24; background: #fff; }
        table { border-collapse: collapse; } td, th { padding: .2rem .6rem; border-bottom: 1px solid #d5d9de; text-align: left; }
        polyline:hover { stroke: #d9480f; stroke-width: 4; opacity: 1; }
        </style></head><body>
        <h1>Search</h1>

        """;

    public static string Write(SearchOutcome outcome)
    {
        var page = new StringBuilder(Head);
        TrialResult[] done = [.. outcome.Ranked.Where(trial => !double.IsNaN(trial.Objective))];
        page.Append(CultureInfo.InvariantCulture, $"<p>{outcome.Ranked.Count} points on {outcome.Ranked[0].Folds.Count} folds, best first by {(outcome.HasFaulty ? "area under the ROC curve" : Escape(outcome.Objective))}. Dark lines are the best; point at one to read it.</p>\n");
        if (done.Length > 0)
        {
            Draw(page, outcome, done);
        }

        Table(page, outcome);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Draw(StringBuilder page, SearchOutcome outcome, TrialResult[] done)
    {
        List<PlotAxis> axes = [.. outcome.Names.Select((name, i) => PlotAxis.Of(name, [.. done.Select(trial => trial.Point.Values[i])]))];
        axes.Add(PlotAxis.Of(outcome.Objective, [.. done.Select(trial => Text(trial.Objective))]));
        if (outcome.HasFaulty)
        {
            axes.Add(PlotAxis.Of("AUROC", [.. done.Select(trial => Text(trial.Auroc))]));
        }

        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" role=\"img\" aria-label=\"parallel coordinates\" font-size=\"12\">\n");
        for (int i = done.Length - 1; i >= 0; i--)
        {
            // The best is drawn last, on top.
            double rank = done.Length == 1 ? 0 : (double)i / (done.Length - 1);
            string points = string.Join(' ', axes.Select((axis, a) => string.Create(CultureInfo.InvariantCulture, $"{X(a, axes.Count):F1},{Y(axis.Shares[i]):F1}")));
            page.Append(CultureInfo.InvariantCulture,
                $"<polyline points=\"{points}\" fill=\"none\" stroke=\"#0b5394\" stroke-width=\"{3 - (2 * rank):F1}\" opacity=\"{1 - (0.85 * rank):F2}\"><title>{Escape(done[i].Point.ToString())}: {Escape(outcome.Objective)} {Text(done[i].Objective)}</title></polyline>\n");
        }

        for (int a = 0; a < axes.Count; a++)
        {
            double x = X(a, axes.Count);
            page.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x:F1} {Top}V{Height - Top}\" stroke=\"#1b1f24\"/><text x=\"{x:F1}\" y=\"{Top - 24}\" text-anchor=\"middle\" font-weight=\"bold\">{Escape(axes[a].Name)}</text>\n");
            foreach ((string label, double share) in axes[a].Ticks)
            {
                page.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 6:F1}\" y=\"{Y(share) + 4:F1}\" paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"3\">{Escape(label)}</text>\n");
            }
        }

        page.Append("</svg>\n");
    }

    private static void Table(StringBuilder page, SearchOutcome outcome)
    {
        page.Append("<table><tr>").AppendJoin("", outcome.Names.Append(outcome.Objective).Append("± over folds").Append("AUROC").Append("collapsed").Select(name => $"<th>{Escape(name)}</th>")).Append("</tr>\n");
        foreach (TrialResult trial in outcome.Ranked)
        {
            string[] cells =
            [
                .. trial.Point.Values, double.IsNaN(trial.Objective) ? "failed" : Text(trial.Objective), Text(trial.ObjectiveDeviation), Text(trial.Auroc),
                trial.Collapsed.ToString(CultureInfo.InvariantCulture),
            ];
            page.Append("<tr>").AppendJoin("", cells.Select(cell => $"<td>{Escape(cell)}</td>")).Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static double X(int axis, int count) => Margin + ((Width - (2.0 * Margin)) * axis / Math.Max(1, count - 1));

    private static double Y(double share) => Height - Top - ((Height - (2.0 * Top)) * share);

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Where the values of one thing stand, 0 at the bottom and 1 at the top: numbers by their size (its logarithm when all are above 0), others one above the other.</summary>
    private sealed record PlotAxis(string Name, IReadOnlyList<double> Shares, IReadOnlyList<(string Label, double Share)> Ticks)
    {
        private const int MostTicks = 6;

        public static PlotAxis Of(string name, IReadOnlyList<string> texts)
        {
            double[] numbers = [.. texts.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
            bool isNumeric = numbers.All(double.IsFinite);
            List<string> distinct = [.. texts.Distinct()];
            double[] places = isNumeric && Array.TrueForAll(numbers, number => number > 0) ? Array.ConvertAll(numbers, Math.Log)
                : isNumeric ? numbers : [.. texts.Select(text => (double)distinct.IndexOf(text))];
            double low = places.Min(), span = places.Max() - low;
            double[] shares = [.. places.Select(place => span == 0 ? 0.5 : (place - low) / span)];
            (string, double)[] ticks = [.. texts.Zip(shares).DistinctBy(pair => pair.First).OrderBy(pair => pair.Second)];
            return new PlotAxis(name, shares, ticks.Length <= MostTicks || !isNumeric ? ticks : [ticks[0], ticks[ticks.Length / 2], ticks[^1]]);
        }
    }
}
