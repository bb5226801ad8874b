using System.Globalization;
using System.Net;
using System.Text;
using Thrum.Training.Search;
using static System.FormattableString;

namespace Thrum.Gateway.Workflows;

/// <summary>
/// Parallel coordinates of a search: an axis for each thing that was varied or measured, a line for each point. Upright for wide windows; for narrow ones axes lie one below the other, so that letters keep
/// their size and nothing is scrolled.
/// </summary>
internal sealed class SearchPlot
{
    private const double LetterWidth = 6.9;
    private const int LabelHeight = 18;
    private const int LabelInset = 12;

    // The upright drawing: the height of its axes, and the least room between the labels of two.
    private const int Height = 300;
    private const int Top = 52;
    private const int Between = 56;
    private const int UsualWidth = 900;

    // The lying one: its width, that of a phone less the page's edges, and from axis to axis.
    private const int NarrowWidth = 330;
    private const int NarrowTop = 28;
    private const int NarrowBetween = 92;

    private readonly List<PlotAxis> _axes;
    private readonly TrialResult[] _trials;
    private readonly string _objective;

    /// <param name="outcome">The search.</param>
    /// <param name="trials">Those that did not fail, best first.</param>
    public SearchPlot(SearchOutcome outcome, TrialResult[] trials)
    {
        (_trials, _objective) = (trials, outcome.Objective);
        _axes = [.. outcome.Names.Select((name, i) => PlotAxis.Of(name, [.. trials.Select(trial => trial.Point.Values[i])]))];
        _axes.Add(PlotAxis.OfFigures(outcome.Objective, "lower is better", [.. trials.Select(trial => trial.Objective)]));
        if (outcome.HasFaulty)
        {
            _axes.Add(PlotAxis.OfFigures("AUROC", "higher is better", [.. trials.Select(trial => trial.Auroc)]));
        }
    }

    /// <summary>Both drawings; the page's style shows the one that fits.</summary>
    public string Draw() => Upright() + Lying();

    private string Upright()
    {
        double[] x = new double[_axes.Count];
        double between = Math.Max(Between, (UsualWidth - (2 * _axes.Sum(axis => axis.Reach))) / Math.Max(1, x.Length - 1));
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = i == 0 ? _axes[0].Reach : x[i - 1] + _axes[i - 1].Reach + _axes[i].Reach + between;
        }

        var svg = Begin("wide", x[^1] + _axes[^1].Reach, Top + Height + LabelHeight);
        Lines(svg, (axis, share) => (x[axis], Top + ((1 - share) * Height)));
        for (int i = 0; i < x.Length; i++)
        {
            svg.Append(Invariant($"<path class=\"axis\" d=\"M{x[i]:F1} {Top}V{Top + Height}\"/>"));
            svg.Append(Invariant($"<text class=\"name\" x=\"{x[i]:F1}\" y=\"14\" text-anchor=\"middle\">{Escape(_axes[i].Name)}</text><text x=\"{x[i]:F1}\" y=\"30\" text-anchor=\"middle\">{Escape(_axes[i].Note)}</text>\n"));
            double last = double.PositiveInfinity;
            foreach ((string label, double share) in _axes[i].Ticks)
            {
                double y = Top + ((1 - share) * Height);
                if (last - y >= LabelHeight)
                {
                    Label(svg, label, x[i], y);
                    last = y;
                }
            }
        }

        return svg.Append("</svg>\n").ToString();
    }

    private string Lying()
    {
        double[][] tiers = [.. _axes.Select(Tiers)];
        double[] y = new double[_axes.Count];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = i == 0 ? NarrowTop : y[i - 1] + tiers[i - 1].DefaultIfEmpty(0).Max() + NarrowBetween;
        }

        var svg = Begin("narrow", NarrowWidth, y[^1] + tiers[^1].DefaultIfEmpty(0).Max() + (2 * LabelHeight));
        Lines(svg, (axis, share) => (PlaceX(share), y[axis]));
        for (int i = 0; i < y.Length; i++)
        {
            svg.Append(Invariant($"<path class=\"axis\" d=\"M{PlaceX(0):F1} {y[i]:F1}H{PlaceX(1):F1}\"/>"));
            Head(svg, _axes[i], y[i] - 14);
            foreach (((string label, double share), double below) in _axes[i].Ticks.Zip(tiers[i]))
            {
                Label(svg, label, Clamped(label, share), y[i] + below + LabelHeight);
            }
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>How far below its axis each label stands, so that none covers another.</summary>
    private static double[] Tiers(PlotAxis axis)
    {
        var ends = new List<double>();
        return [.. axis.Ticks.Select(tick =>
        {
            double half = PlotAxis.Width(tick.Label) / 2, middle = Clamped(tick.Label, tick.Share);
            int tier = ends.FindIndex(end => end < middle - half);
            if (tier < 0)
            {
                tier = ends.Count;
                ends.Add(0);
            }

            ends[tier] = middle + half;
            return (double)tier * LabelHeight;
        })];
    }

    private static StringBuilder Begin(string name, double width, double height) =>
        new(Invariant($"<svg class=\"{name}\" viewBox=\"0 0 {width:F0} {height:F0}\" style=\"max-width:{width:F0}px\" role=\"img\" aria-label=\"parallel coordinates\">\n"));

    private void Lines(StringBuilder svg, Func<int, double, (double X, double Y)> place)
    {
        for (int i = _trials.Length - 1; i >= 0; i--)
        {
            // The best is drawn last, on top.
            double rank = _trials.Length == 1 ? 0 : (double)i / (_trials.Length - 1);
            string points = string.Join(' ', _axes.Select((axis, a) => place(a, axis.Shares[i])).Select(at => Invariant($"{at.X:F1},{at.Y:F1}")));
            bool isCollapsed = _trials[i].Collapsed > 0;
            svg.Append(Invariant($"<polyline class=\"{(isCollapsed ? "collapsed" : "trial")}\" points=\"{points}\" stroke-width=\"{3 - (2 * rank):F1}\" opacity=\"{1 - (0.7 * rank):F2}\"><title>{Escape(_trials[i].Point.ToString())}: {Escape(_objective)} {_trials[i].Objective:G4}{(isCollapsed ? ", learned nothing on some fold" : "")}</title></polyline>\n"));
        }
    }

    private static void Head(StringBuilder svg, PlotAxis axis, double y) => svg.Append(
        Invariant($"<rect class=\"ground\" x=\"0\" y=\"{y - 13:F1}\" width=\"{PlotAxis.Width(axis.Name) + PlotAxis.Width(axis.Note):F1}\" height=\"{LabelHeight}\"/><text x=\"0\" y=\"{y:F1}\"><tspan class=\"name\">{Escape(axis.Name)}</tspan> {Escape(axis.Note)}</text>\n"));

    // On a ground of its own: lines end below it, not in it.
    private static void Label(StringBuilder svg, string label, double x, double y)
    {
        double width = PlotAxis.Width(label);
        svg.Append(Invariant($"<rect class=\"label\" x=\"{x - (width / 2):F1}\" y=\"{y - (LabelHeight / 2.0):F1}\" width=\"{width:F1}\" height=\"{LabelHeight}\" rx=\"4\"/><text class=\"value\" x=\"{x:F1}\" y=\"{y + 4:F1}\" text-anchor=\"middle\">{Escape(label)}</text>\n"));
    }

    private static double PlaceX(double share) => LabelInset + ((NarrowWidth - (2 * LabelInset)) * share);

    private static double Clamped(string label, double share)
    {
        double half = Math.Min(PlotAxis.Width(label), NarrowWidth) / 2;
        return Math.Clamp(PlaceX(share), half, NarrowWidth - half);
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Where the values of one thing stand, 0 at the low end and 1 at the high one: numbers by their size, others side by side.</summary>
    /// <param name="Name">Of the thing.</param>
    /// <param name="Note">How to read it; empty where nothing needs to be said.</param>
    /// <param name="Shares">Of each point.</param>
    /// <param name="Ticks">In ascending order.</param>
    private sealed record PlotAxis(string Name, string Note, IReadOnlyList<double> Shares, IReadOnlyList<(string Label, double Share)> Ticks)
    {
        private const int MostTicks = 6;
        private const int RoundTicks = 4;

        // A range so wide is read better on a logarithmic axis.
        private const double WideRange = 10;

        /// <summary>Half the width of its widest text.</summary>
        public double Reach => Ticks.Select(tick => Width(tick.Label)).Append(Width(Name)).Append(Width(Note)).Max() / 2;

        public static double Width(string label) => (LetterWidth * label.Length) + LabelInset;

        /// <summary>What was varied.</summary>
        public static PlotAxis Of(string name, IReadOnlyList<string> texts)
        {
            double[] numbers = [.. texts.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
            if (numbers.All(double.IsFinite))
            {
                return OfNumbers(name, "", numbers, texts.Distinct().Count() <= MostTicks ? texts : []);
            }

            List<string> distinct = [.. texts.Distinct()];
            double Share(string text) => distinct.Count == 1 ? 0.5 : distinct.IndexOf(text) / (distinct.Count - 1.0);
            return new PlotAxis(name, "", [.. texts.Select(Share)], [.. distinct.Select(text => (text, Share(text)))]);
        }

        /// <summary>What was measured.</summary>
        public static PlotAxis OfFigures(string name, string note, IReadOnlyList<double> numbers) => OfNumbers(name, note, numbers, []);

        private static PlotAxis OfNumbers(string name, string note, IReadOnlyList<double> numbers, IReadOnlyList<string> texts)
        {
            bool isLog = numbers.Min() > 0 && numbers.Max() > WideRange * numbers.Min();
            var scale = new ChartScale(numbers, isLog);
            double Share(double number) => double.IsFinite(number) ? scale.Share(number) : 0;
            IEnumerable<(string, double)> ticks = texts.Count > 0 ? texts.Zip(numbers.Select(Share)).DistinctBy(pair => pair.First).OrderBy(pair => pair.Second) : scale.Ticks(RoundTicks).Select(tick => (tick.Label, tick.Share));
            return new PlotAxis(name, string.Join(", ", ((string[])[note, isLog ? "logarithmic" : ""]).Where(part => part.Length > 0)), [.. numbers.Select(Share)], [.. ticks]);
        }
    }
}
