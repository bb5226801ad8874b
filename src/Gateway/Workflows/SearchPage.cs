using System.Globalization;
using System.Net;
using System.Text;
using Thrum.Gateway.Inspect;
using Thrum.Training.Search;

namespace Thrum.Gateway.Workflows;

/// <summary>The results of a search as one page without script and without anything from elsewhere: parallel coordinates, one line a point, and a table.</summary>
internal static class SearchPage
{
    /// <summary>In the head of every page.</summary>
    public const string Mark = "<title>Thrum search</title>";

    private const string PlotStyle = """
        svg { display: block; width: 100%; height: auto; font-size: 12px; font-variant-numeric: tabular-nums; }
        .trial, .collapsed { fill: none; stroke: var(--trace); stroke-linejoin: round; } .collapsed { stroke: var(--bad); stroke-dasharray: 5 4; }
        polyline:hover { stroke: var(--c1); stroke-width: 4; opacity: 1; } svg .label { fill: var(--card); stroke: var(--line); } svg .ground { fill: var(--card); } svg .value { fill: var(--ink); } td { white-space: nowrap; }
        tr.collapsed td { color: var(--bad); } .narrow { display: none; }
        @media (max-width: 640px) { .wide { display: none; } .narrow { display: block; margin: 0 auto; } }
        """;

    public static string Write(SearchOutcome outcome)
    {
        TrialResult[] done = [.. outcome.Ranked.Where(trial => !double.IsNaN(trial.Objective))];
        return string.Create(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            {Mark}
            <style>
            {InspectionPage.Style}{SvgChart.Rules}
            {PlotStyle}
            </style>
            </head>
            <body>
            <header><h1>Search</h1><p>{outcome.Ranked.Count} points on {outcome.Ranked[0].Folds.Count} folds, best first by {(outcome.HasFaulty ? "area under the ROC curve" : Escape(outcome.Objective))}</p></header>
            <main>
            {(done.Length == 0 ? "" : Plot(outcome, done))}<section>{Table(outcome)}</section>
            </main>
            </body>
            </html>

            """);
    }

    private static string Plot(SearchOutcome outcome, TrialResult[] done)
    {
        string collapsed = done.Any(trial => trial.Collapsed > 0) ? " Dashed ones learned nothing on some fold and stand behind all others." : "";
        return $"<section><p class=\"hint\">Strong lines are the best; point at one to read it.{collapsed}</p>\n{new SearchPlot(outcome, done).Draw()}</section>\n";
    }

    private static string Table(SearchOutcome outcome)
    {
        string[] names = [.. outcome.Names, outcome.Objective, "± over folds", .. outcome.HasFaulty ? ["AUROC"] : Array.Empty<string>(), "collapsed"];
        var table = new StringBuilder("<table><thead><tr>").AppendJoin("", names.Select(name => $"<th>{Escape(name)}</th>")).Append("</tr></thead><tbody>\n");
        foreach (TrialResult trial in outcome.Ranked)
        {
            string[] cells =
            [
                .. trial.Point.Values, double.IsNaN(trial.Objective) ? "failed" : Text(trial.Objective), Text(trial.ObjectiveDeviation), .. outcome.HasFaulty ? [Text(trial.Auroc)] : Array.Empty<string>(),
                trial.Collapsed.ToString(CultureInfo.InvariantCulture),
            ];
            table.Append(trial.Collapsed > 0 ? "<tr class=\"collapsed\">" : "<tr>").AppendJoin("", cells.Select(cell => $"<td>{Escape(cell)}</td>")).Append("</tr>\n");
        }

        return table.Append("</tbody></table>").ToString();
    }

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
