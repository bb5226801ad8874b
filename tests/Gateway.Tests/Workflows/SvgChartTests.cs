using System.Globalization;
using System.Xml.Linq;
using Thrum.Gateway.Workflows;

namespace Thrum.Gateway.Tests.Workflows;

public sealed class SvgChartTests
{
    [Theory]
    [InlineData(0.004, 0.9, "0.005 0.01 0.02 0.05 0.1 0.2 0.5")]
    [InlineData(0.0012, 0.7, "0.002 0.005 0.01 0.02 0.05 0.1 0.2 0.5")]
    [InlineData(8e-5, 20, "0.0001 0.001 0.01 0.1 1 10")]
    [InlineData(0.3, 1, "0.4 0.6 0.8 1")]
    public void Ticks_Logarithmic_AreRoundValuesOfTheirOwn(double low, double high, string labels)
    {
        var scale = new ChartScale([low, high], isLog: true);

        Assert.Equal(labels, string.Join(' ', scale.Ticks(4).Select(tick => tick.Label)));
        Assert.All(scale.Ticks(4), tick => Assert.InRange(tick.Share, 0, 1));
        Assert.Equal((0, 0.5, 1), (scale.Share(low), Math.Round(scale.Share(Math.Sqrt(low * high)), 9), scale.Share(high)));
    }

    [Fact]
    public void Ticks_WholeNumbersOfFewEpochs_AreWhole() =>
        Assert.Equal(["1", "2", "3"], new ChartScale([1, 3], isWhole: true).Ticks(6).Select(tick => tick.Label));

    [Fact]
    public void Share_OfZeroOnALogarithmicAxis_IsAtTheBottom() => Assert.Equal(0, new ChartScale([0, 0.01, 1], isLog: true).Share(0));

    [Fact]
    public void Draw_LineThatUsesItsWholeRange_TouchesNoFrame()
    {
        XElement svg = XElement.Parse(new SvgChart("t", "x", "y", [new ChartLine("a", 0, [0, 0, 1], [0, 1, 1])]).Draw());

        (double X, double Y)[] points = Points(svg, "polyline");
        Assert.All(points, point => Assert.InRange(point.X, 62 + 5, 540 - 14 - 5));
        Assert.All(points, point => Assert.InRange(point.Y, 38 + 5, 290 - 40 - 5));
    }

    [Fact]
    public void OfSteps_ValuesBetweenEdges_StandFromOneToTheNext()
    {
        var line = ChartLine.OfSteps("a", 1, [0, 1, 3], [5, 2]);

        Assert.Equal([(0, 5), (1, 5), (1, 2), (3, 2)], line.X.Zip(line.Y));
        Assert.Equal(("a", 1), (line.Name, line.Colour));
    }

    [Fact]
    public void File_LineWithADeviation_HasABandAndNeedsNoPage()
    {
        string file = new SvgChart("a < b", "epoch", "", [new ChartLine("mse", 1, [1, 2], [4, 2]) { Deviation = [1, 0] }]).File();
        XElement svg = XElement.Parse(file);

        Assert.DoesNotContain("var(", file, StringComparison.Ordinal);
        Assert.Equal("http://www.w3.org/2000/svg", svg.Name.NamespaceName);
        (double X, double Y)[] band = Points(svg, "polygon"), line = Points(svg, "polyline");
        Assert.Equal(4, band.Length);
        Assert.Equal((line[1], line[1]), (band[1], band[2]));
        Assert.Equal(line[0].Y, (band[0].Y + band[3].Y) / 2, 1);
        Assert.True(band[0].Y < line[0].Y);
    }

    private static (double X, double Y)[] Points(XElement svg, string shape) =>
        [.. svg.Descendants().First(element => element.Name.LocalName == shape).Attribute("points")!.Value.Split(' ')
            .Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).Select(pair => (pair[0], pair[1]))];
}
