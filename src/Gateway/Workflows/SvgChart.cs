using System.Net;
using System.Text;
using static System.FormattableString;

namespace Thrum.Gateway.Workflows;

/// <summary>One line of a chart.</summary>
/// <param name="Name">In the key; empty for none.</param>
/// <param name="Colour">Number of a colour of the page's style, 0 to 5.</param>
/// <param name="X">As many as of <paramref name="Y"/>, ascending.</param>
/// <param name="Y">What is not finite is left out.</param>
internal sealed record ChartLine(string Name, int Colour, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Filled down to the bottom, for histograms.</summary>
    public bool IsArea { get; init; }

    /// <summary>Dashed.</summary>
    public bool IsDashed { get; init; }

    /// <summary>How far a band reaches to both sides of each y; null for none.</summary>
    public IReadOnlyList<double>? Deviation { get; init; }

    /// <summary>A line of steps: each value stands from one edge to the next.</summary>
    /// <param name="name">In the key; empty for none.</param>
    /// <param name="colour">As <see cref="Colour"/>.</param>
    /// <param name="edges">Ascending, one more than of <paramref name="values"/>.</param>
    /// <param name="values">One between two edges.</param>
    public static ChartLine OfSteps(string name, int colour, IReadOnlyList<double> edges, IReadOnlyList<double> values) =>
        new(name, colour, [.. values.SelectMany((_, i) => (double[])[edges[i], edges[i + 1]])], [.. values.SelectMany(value => (double[])[value, value])]);

    /// <summary>All that the line needs room for.</summary>
    public IEnumerable<double> Values => Deviation is null ? Y : Y.Concat(Y.Zip(Deviation, (y, deviation) => y - deviation)).Concat(Y.Zip(Deviation, (y, deviation) => y + deviation));
}

/// <summary>A line chart as SVG, within a page that has the common style or as a file of its own; no script.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="XLabel">Name and unit of x.</param>
/// <param name="YLabel">Name and unit of y; empty where the title says it.</param>
/// <param name="Lines">What to draw, in order.</param>
internal sealed record SvgChart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartLine> Lines)
{
    private const int Left = 62;
    private const int Right = 14;
    private const int Top = 38;
    private const int Bottom = 40;
    private const double LetterWidth = 6.7;

    // Between the frame and the outermost values, so that no line lies on the frame.
    private const int Inset = 7;
    private const int RoomForLabel = 150;

    /// <summary>What a page says of the parts of its charts; its style sets the colours.</summary>
    public const string Rules = """
        svg text { fill: var(--soft); } svg .name { fill: var(--ink); font-weight: 600; }
        .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; } .dashed { stroke-dasharray: 5 3; } .area { opacity: .25; }
        .grid { stroke: var(--line); } .axis { stroke: var(--soft); } .mark { stroke: var(--ink); stroke-dasharray: 2 3; }
        .over { paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
        """;

    // A file has no page that sets them, and programs other than browsers know no variables.
    private static readonly (string Variable, string Colour)[] FileColours =
    [
        ("c0", "#7a8594"), ("c1", "#c2410c"), ("c2", "#7c3aed"), ("c3", "#0f766e"), ("c4", "#be185d"), ("c5", "#4d7c0f"),
        ("soft", "#5a6675"), ("ink", "#17202a"), ("line", "#dde2e8"), ("card", "#fff"),
    ];

    /// <summary>Width of the drawing in its own units; letters keep their size.</summary>
    public int Width { get; init; } = 540;

    /// <summary>Height of the drawing.</summary>
    public int Height { get; init; } = 290;

    /// <summary>Logarithmic; values of 0 and below then stand at the left end.</summary>
    public bool IsLogX { get; init; }

    /// <summary>Logarithmic; values of 0 and below then stand at the bottom.</summary>
    public bool IsLogY { get; init; }

    /// <summary>Ticks of x at whole numbers only.</summary>
    public bool IsWholeX { get; init; }

    /// <summary>A vertical line with its label; null for none.</summary>
    public (double X, string Label)? Mark { get; init; }

    /// <summary>Least range of y, such as 0 to 1.</summary>
    public (double Low, double High)? Range { get; init; }

    /// <summary>The drawing as a file of its own.</summary>
    public string File()
    {
        string drawing = Draw();
        int head = drawing.IndexOf('>', StringComparison.Ordinal) + 1;
        var file = new StringBuilder(Invariant(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\"{drawing[4..head]}\n<style>\ntext {{ font: 12px sans-serif; }}\n{Rules}\n</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{drawing[head..]}\n"));
        foreach ((string variable, string colour) in FileColours)
        {
            file.Replace($"var(--{variable})", colour);
        }

        return file.ToString();
    }

    /// <summary>The drawing as an element of a page.</summary>
    public string Draw()
    {
        var x = new ChartScale(Lines.SelectMany(line => line.X).Concat(Mark is { } mark ? [mark.X] : []), IsLogX, IsWholeX);
        var y = new ChartScale(Lines.SelectMany(line => line.Values).Concat(Range is { } range ? [range.Low, range.High] : []), IsLogY);
        var svg = new StringBuilder(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Encode(Title)}\">"));
        svg.Append(Invariant($"<text class=\"name\" x=\"{Left}\" y=\"14\">{Encode(Title)}</text><text x=\"{Left}\" y=\"30\">{Encode(YLabel)}</text>"));
        Axes(svg, x, y);
        foreach (ChartLine line in Lines)
        {
            Append(svg, line, value => PlaceX(x.Share(value)), value => PlaceY(y.Share(value)));
        }

        if (Mark is { } place)
        {
            double at = PlaceX(x.Share(place.X));
            bool isRight = at > Width - RoomForLabel;
            svg.Append(Invariant($"<path class=\"mark\" d=\"M{at:F1} {Top}V{Height - Bottom}\"/><text class=\"over\" x=\"{at + (isRight ? -5 : 5):F1}\" y=\"{Top + 12}\"{(isRight ? " text-anchor=\"end\"" : "")}>{Encode(place.Label)}</text>"));
        }

        Key(svg);
        return svg.Append("</svg>").ToString();
    }

    private void Axes(StringBuilder svg, ChartScale x, ChartScale y)
    {
        foreach ((double share, string label) in y.Ticks(4))
        {
            svg.Append(Invariant($"<path class=\"grid\" d=\"M{Left} {PlaceY(share):F1}H{Width - Right}\"/><text x=\"{Left - 6}\" y=\"{PlaceY(share) + 4:F1}\" text-anchor=\"end\">{label}</text>"));
        }

        foreach ((double share, string label) in x.Ticks(6))
        {
            svg.Append(Invariant($"<path class=\"axis\" d=\"M{PlaceX(share):F1} {Height - Bottom}v3\"/><text x=\"{PlaceX(share):F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{label}</text>"));
        }

        svg.Append(Invariant($"<path class=\"axis\" d=\"M{Left} {Height - Bottom}H{Width - Right}\"/><text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{Encode(XLabel)}</text>"));
    }

    private void Append(StringBuilder svg, ChartLine line, Func<double, double> placeX, Func<double, double> placeY)
    {
        int[] finite = [.. Enumerable.Range(0, line.X.Count).Where(i => double.IsFinite(line.Y[i]))];
        if (finite.Length == 0)
        {
            return;
        }

        string Points(IEnumerable<int> order, Func<int, double> y) => string.Join(' ', order.Select(i => Invariant($"{placeX(line.X[i]):F1},{placeY(y(i)):F1}")));
        void Area(string points) => svg.Append(Invariant($"<polygon class=\"area\" fill=\"var(--c{line.Colour})\" points=\"{points}\"/>"));
        string drawn = Points(finite, i => line.Y[i]);
        if (line.IsArea)
        {
            Area(Invariant($"{placeX(line.X[finite[0]]):F1},{Height - Bottom} {drawn} {placeX(line.X[finite[^1]]):F1},{Height - Bottom}"));
        }

        if (line.Deviation is { } deviation)
        {
            Area($"{Points(finite, i => line.Y[i] + deviation[i])} {Points(finite.Reverse(), i => line.Y[i] - deviation[i])}");
        }

        svg.Append(Invariant($"<polyline class=\"line{(line.IsDashed ? " dashed" : "")}\" stroke=\"var(--c{line.Colour})\" points=\"{drawn}\"/>"));
        if (finite.Length == 1)
        {
            svg.Append(Invariant($"<circle cx=\"{placeX(line.X[finite[0]]):F1}\" cy=\"{placeY(line.Y[finite[0]]):F1}\" r=\"3\" fill=\"var(--c{line.Colour})\"/>"));
        }
    }

    private void Key(StringBuilder svg)
    {
        double x = Width - Right;
        foreach (ChartLine line in Lines.Where(line => line.Name.Length > 0).Reverse())
        {
            // From its line on, so that a name wider than it was taken for comes no nearer to it.
            x -= line.Name.Length * LetterWidth;
            svg.Append(Invariant($"<text x=\"{x:F1}\" y=\"14\">{Encode(line.Name)}</text><path class=\"line{(line.IsDashed ? " dashed" : "")}\" stroke=\"var(--c{line.Colour})\" d=\"M{x - 22:F1} 10h16\"/>"));
            x -= 36;
        }
    }

    private double PlaceX(double share) => Left + Inset + ((Width - Left - Right - (2 * Inset)) * share);

    private double PlaceY(double share) => Height - Bottom - Inset - ((Height - Top - Bottom - (2 * Inset)) * share);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
