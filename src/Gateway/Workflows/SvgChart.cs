using System.Globalization;
using System.Net;
using System.Text;

namespace Thrum.Gateway.Workflows;

/// <summary>One line of a chart.</summary>
/// <param name="Name">In the key; empty for none.</param>
/// <param name="Colour">Number of a colour of the page's style, 0 to 5.</param>
/// <param name="X">As many as of <paramref name="Y"/>, ascending.</param>
/// <param name="Y">What is not finite is left out.</param>
internal sealed record ChartLine(string Name, int Colour, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Filled down to the axis, for histograms.</summary>
    public bool IsArea { get; init; }

    /// <summary>Dashed.</summary>
    public bool IsDashed { get; init; }
}

/// <summary>A line chart as SVG within a page that has the common style; no script.</summary>
internal sealed record SvgChart(string Title, string XLabel, IReadOnlyList<ChartLine> Lines)
{
    private const int Width = 540;
    private const int Height = 280;
    private const int Left = 62;
    private const int Right = 14;
    private const int Top = 34;
    private const int Bottom = 40;
    private const double LetterWidth = 7.2;

    // On a logarithmic axis, how far below the largest value the bottom is at most.
    private const double Decades = 6;

    /// <summary>Logarithmic; values of 0 and below then stand at the bottom.</summary>
    public bool IsLogY { get; init; }

    /// <summary>A vertical line with its label; null for none.</summary>
    public (double X, string Label)? Mark { get; init; }

    /// <summary>Least range of y, such as 0 to 1.</summary>
    public (double Low, double High)? Range { get; init; }

    public string Draw()
    {
        (double x0, double x1) = Span(Lines.SelectMany(line => line.X).Concat(Mark is { } mark ? [mark.X] : []));
        double[] values = [.. Lines.SelectMany(line => line.Y).Where(double.IsFinite)];
        double floor = IsLogY && values.Length > 0 && values.Max() > 0 ? Math.Max(values.Where(v => v > 0).Min(), values.Max() / Math.Pow(10, Decades)) : 0;
        (double y0, double y1) = Span(values.Select(v => Scale(v, floor)).Concat(Range is { } range ? [range.Low, range.High] : []));
        var svg = new StringBuilder(Text($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Encode(Title)}\">"));
        svg.Append(Text($"<text class=\"name\" x=\"{Left}\" y=\"16\">{Encode(Title)}</text>"));
        Axes(svg, x0, x1, y0, y1);
        foreach (ChartLine line in Lines)
        {
            Append(svg, line, i => PlaceX(line.X[i], x0, x1), i => PlaceY(Scale(line.Y[i], floor), y0, y1));
        }

        if (Mark is { } place)
        {
            double x = PlaceX(place.X, x0, x1);
            bool isRight = x > Width - 150;
            svg.Append(Text($"<path class=\"mark\" d=\"M{x:F1} {Top}V{Height - Bottom}\"/><text x=\"{x + (isRight ? -5 : 5):F1}\" y=\"{Top + 12}\"{(isRight ? " text-anchor=\"end\"" : "")}>{Encode(place.Label)}</text>"));
        }

        Key(svg);
        return svg.Append("</svg>").ToString();
    }

    private double Scale(double value, double floor) => IsLogY ? Math.Log10(Math.Max(value, floor)) : value;

    private void Axes(StringBuilder svg, double x0, double x1, double y0, double y1)
    {
        foreach (double tick in Ticks(y0, y1, 4))
        {
            double y = PlaceY(tick, y0, y1), value = IsLogY ? Math.Pow(10, tick) : tick;
            svg.Append(Text($"<path class=\"grid\" d=\"M{Left} {y:F1}H{Width - Right}\"/><text x=\"{Left - 6}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{value:G3}</text>"));
        }

        foreach (double tick in Ticks(x0, x1, 6))
        {
            svg.Append(Text($"<text x=\"{PlaceX(tick, x0, x1):F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{tick:G4}</text>"));
        }

        svg.Append(Text($"<path class=\"axis\" d=\"M{Left} {Height - Bottom}H{Width - Right}\"/><text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{Encode(XLabel)}</text>"));
    }

    private static void Append(StringBuilder svg, ChartLine line, Func<int, double> x, Func<int, double> y)
    {
        int[] finite = [.. Enumerable.Range(0, line.X.Count).Where(i => double.IsFinite(line.Y[i]))];
        if (finite.Length == 0)
        {
            return;
        }

        string points = string.Join(' ', finite.Select(i => Text($"{x(i):F1},{y(i):F1}")));
        if (line.IsArea)
        {
            svg.Append(Text($"<polygon class=\"area\" fill=\"var(--c{line.Colour})\" points=\"{x(finite[0]):F1},{Height - Bottom} {points} {x(finite[^1]):F1},{Height - Bottom}\"/>"));
        }

        svg.Append(Text($"<polyline class=\"line{(line.IsDashed ? " dashed" : "")}\" stroke=\"var(--c{line.Colour})\" points=\"{points}\"/>"));
        if (finite.Length == 1)
        {
            svg.Append(Text($"<circle cx=\"{x(finite[0]):F1}\" cy=\"{y(finite[0]):F1}\" r=\"3\" fill=\"var(--c{line.Colour})\"/>"));
        }
    }

    private void Key(StringBuilder svg)
    {
        double x = Width - Right;
        foreach (ChartLine line in Lines.Where(line => line.Name.Length > 0).Reverse())
        {
            x -= line.Name.Length * LetterWidth;
            svg.Append(Text($"<text x=\"{x:F1}\" y=\"16\">{Encode(line.Name)}</text><path class=\"line{(line.IsDashed ? " dashed" : "")}\" stroke=\"var(--c{line.Colour})\" d=\"M{x - 22:F1} 12h16\"/>"));
            x -= 34;
        }
    }

    private static double PlaceX(double value, double low, double high) => Left + ((Width - Left - Right) * (value - low) / (high - low));

    private static double PlaceY(double value, double low, double high) => Height - Bottom - ((Height - Top - Bottom) * (value - low) / (high - low));

    private static (double Low, double High) Span(IEnumerable<double> values)
    {
        double[] all = [.. values.Where(double.IsFinite)];
        double low = all.Length == 0 ? 0 : all.Min(), high = all.Length == 0 ? 1 : all.Max();
        return high > low ? (low, high) : (low - 0.5, high + 0.5);
    }

    /// <summary>Round numbers in the range, about as many as wanted.</summary>
    private static IEnumerable<double> Ticks(double low, double high, int wanted)
    {
        double raw = (high - low) / wanted, power = Math.Pow(10, Math.Floor(Math.Log10(raw))), lead = raw / power;
        double step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
        for (double k = Math.Ceiling(low / step); k * step <= high + (1e-9 * step); k++)
        {
            // A zero without a sign: −0 would be written as such.
            yield return (k * step) + 0.0;
        }
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
