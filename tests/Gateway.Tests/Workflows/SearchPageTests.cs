using System.Globalization;
using System.Text.RegularExpressions;
using Thrum.Gateway.Workflows;
using Thrum.Training.Search;

namespace Thrum.Gateway.Tests.Workflows;

/// <summary>The page of a search.</summary>
public sealed partial class SearchPageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_WithOrWithoutFaulty_HasTheAreaOnlyWhereThereIsOne(bool hasFaulty)
    {
        string page = Page(hasFaulty, Trial("1e-3", "mse", 0.1), Trial("1e-2", "lmse", 0.2));

        Assert.Equal(hasFaulty, page.Contains("<th>AUROC</th>", StringComparison.Ordinal));
        Assert.Equal(hasFaulty, page.Contains("higher is better", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_PointsThatLearnedNothing_AreDrawnAndToldApart()
    {
        string page = Page(false, Trial("1e-3", "mse", 0.1), Trial("1e-6", "mse", 0.9, collapsed: true));

        Assert.Equal((2, 2), (page.Split("<polyline class=\"trial\"").Length - 1, page.Split("<polyline class=\"collapsed\"").Length - 1));
        Assert.Contains("Dashed ones learned nothing on some fold", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Dashed", Page(false, Trial("1e-3", "mse", 0.1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AWideRange_SaysThatItsAxisIsLogarithmicAndHasRoundTicks()
    {
        string wide = Page(false, Trial("1", "mse", 0.0123), Trial("2", "mse", 0.71), Trial("3", "mse", 3.3)), plain = Page(false, Trial("1", "mse", 0.51), Trial("2", "mse", 0.53));

        Assert.Contains("lower is better, logarithmic", wide, StringComparison.Ordinal);
        Assert.All(["0.1", "1"], tick => Assert.Contains($">{tick}</text>", wide, StringComparison.Ordinal));
        Assert.DoesNotContain(">0.71</text>", wide, StringComparison.Ordinal);
        Assert.DoesNotContain("logarithmic", plain, StringComparison.Ordinal);
    }

    /// <summary>Labels stand on a ground of their own within their drawing, and none covers another, however long they are.</summary>
    [Fact]
    public void Write_LongNames_KeepsLabelsApartAndInside()
    {
        string[] models = ["dense:256-128-32-128-256", "conv1d:256-16-32/32", "dense:256-64-256,tanh,dropout=0.2", "lstm:16x16-32"];
        string page = Page(true, [.. models.Select((model, i) => Trial(model, "mse", 0.1 + i)), .. Enumerable.Range(0, 40).Select(i => Trial(models[i % 4], "lmse", 0.2 + (0.01 * i)))]);

        foreach (string drawing in page.Split("<svg ").Skip(1))
        {
            double width = double.Parse(ViewBox().Match(drawing).Groups[1].Value, CultureInfo.InvariantCulture);
            (double X, double Y, double W, double H)[] labels = [.. Label().Matches(drawing).Select(label => (Number(label, 1), Number(label, 2), Number(label, 3), Number(label, 4)))];
            Assert.True(labels.Length > 8);
            Assert.All(labels, label => Assert.True(label.X >= -0.1 && label.X + label.W <= width + 0.6, drawing));
            Assert.All(labels, a => Assert.Equal(1, labels.Count(b => a.X < b.X + b.W - 0.1 && b.X < a.X + a.W - 0.1 && a.Y < b.Y + b.H - 0.1 && b.Y < a.Y + a.H - 0.1)));
        }

        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.DoesNotContain("#fff\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FailedPointsAlone_IsATable()
    {
        string page = Page(false, Trial("1", "mse", double.NaN));
        Assert.DoesNotContain("<svg", page, StringComparison.Ordinal);
        Assert.Contains("<td>failed</td>", page, StringComparison.Ordinal);
    }

    private static string Page(bool hasFaulty, params TrialResult[] trials) => SearchPage.Write(new SearchOutcome("found", "mse", ["one", "loss"], hasFaulty, trials));

    private static TrialResult Trial(string one, string loss, double objective, bool collapsed = false) => new(
        new SearchPoint(["one", "loss"], [one, loss]),
        [new FoldResult { Key = "", Fold = 0, Objective = objective, Auroc = 0.9, BestEpoch = 1, IsBetterThanConstantOutput = !collapsed }]);

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("viewBox=\"0 0 (\\d+) ")]
    private static partial Regex ViewBox();

    [GeneratedRegex("<rect class=\"label\" x=\"([-.\\d]+)\" y=\"([-.\\d]+)\" width=\"([.\\d]+)\" height=\"([.\\d]+)\"")]
    private static partial Regex Label();
}
