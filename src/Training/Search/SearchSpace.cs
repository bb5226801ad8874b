using System.Globalization;
using Thrum.Training.Models;

namespace Thrum.Training.Search;

/// <summary>
/// What a search varies, each by a text: <c>loss=mse|lmse</c> lists values, <c>learning-rate=1e-4..1e-2</c> is a range for random trials, <c>learning-rate=1e-4..1e-2/5</c> the same
/// with five points for a grid, evenly apart in their logarithm. Immutable.
/// </summary>
public sealed class SearchSpace
{
    private static readonly string[] WholeNumbers = ["epochs", "batch", "patience", "seed", "window", "hop"];

    private readonly IReadOnlyList<Dimension> _dimensions;

    private SearchSpace(IReadOnlyList<Dimension> dimensions) => _dimensions = dimensions;

    /// <summary>What is varied, in order.</summary>
    public IReadOnlyList<string> Names => [.. _dimensions.Select(dimension => dimension.Name)];

    /// <summary>Reads the texts.</summary>
    /// <exception cref="FormatException">One is of another form; the message says what is expected.</exception>
    public static SearchSpace Parse(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Dimension[] dimensions = [.. texts.Select(ParseOne)];
        return dimensions.Length > 0 && dimensions.DistinctBy(dimension => dimension.Name).Count() == dimensions.Length
            ? new SearchSpace(dimensions)
            : throw new FormatException("expected at least one thing to vary, and each once");
    }

    /// <summary>Every combination.</summary>
    /// <exception cref="FormatException">A range has no number of points.</exception>
    public IReadOnlyList<SearchPoint> Grid()
    {
        IEnumerable<IEnumerable<string>> points = [[]];
        foreach (Dimension dimension in _dimensions)
        {
            string[] values = [.. dimension.Values()];
            points = points.SelectMany(point => values.Select(value => point.Append(value)));
        }

        return [.. points.Select(point => new SearchPoint(Names, [.. point]))];
    }

    /// <summary>Points drawn at random: from a list evenly, from a range evenly in the logarithm. The same seed gives the same points; none comes twice.</summary>
    /// <param name="count">How many at most; a space of lists may hold fewer.</param>
    /// <param name="seed">Fixes them.</param>
    public IReadOnlyList<SearchPoint> Random(int count, int seed)
    {
        const int drawsPerPoint = 100;
        var random = SeededRandom.For(seed, 0, RandomPurpose.Search);
        var points = new List<SearchPoint>();
        var known = new HashSet<string>();
        for (int draw = 0; draw < drawsPerPoint * count && points.Count < count; draw++)
        {
            var point = new SearchPoint(Names, [.. _dimensions.Select(dimension => dimension.Draw(random))]);
            if (known.Add(point.ToString()))
            {
                points.Add(point);
            }
        }

        return points;
    }

    private static Dimension ParseOne(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals > 0 ? text[..equals] : "";
        if (!TrialSetup.Names.Contains(name))
        {
            throw new FormatException($"'{text}': expected NAME=VALUE|VALUE or NAME=LOW..HIGH/POINTS with a name of {string.Join(", ", TrialSetup.Names)}");
        }

        string values = text[(equals + 1)..];
        if (TryRange(values, out double low, out double high, out int points))
        {
            return low > 0 && high > low
                ? new Dimension(name, [], (low, high, points))
                : throw new FormatException($"'{text}': expected a range from above 0 to more");
        }

        string[] list = values.Split('|');
        return list.All(value => value.Length > 0) ? new Dimension(name, list, null) : throw new FormatException($"'{text}': expected a value between two |");
    }

    private static bool TryRange(string text, out double low, out double high, out int points)
    {
        (low, high, points) = (0, 0, 0);
        string[] ends = text.Split("..");
        string[] upper = ends.Length == 2 ? ends[1].Split('/') : [];
        return upper.Length is 1 or 2
            && double.TryParse(ends[0], NumberStyles.Float, CultureInfo.InvariantCulture, out low)
            && double.TryParse(upper[0], NumberStyles.Float, CultureInfo.InvariantCulture, out high)
            && (upper.Length == 1 || (int.TryParse(upper[1], NumberStyles.None, CultureInfo.InvariantCulture, out points) && points >= 2));
    }

    private sealed record Dimension(string Name, IReadOnlyList<string> List, (double Low, double High, int Points)? Range)
    {
        public IEnumerable<string> Values() => Range is not { } range ? List
            : range.Points > 0 ? Enumerable.Range(0, range.Points).Select(i => At((double)i / (range.Points - 1))).Distinct()
            : throw new FormatException($"the range of {Name} has no number of points; expected {Name}=LOW..HIGH/POINTS for a grid");

        public string Draw(SeededRandom random) => Range is null ? List[random.NextInt(List.Count)] : At(random.NextSingle());

        private string At(double share)
        {
            double value = Range!.Value.Low * Math.Pow(Range.Value.High / Range.Value.Low, share);
            return (WholeNumbers.Contains(Name) ? Math.Round(value) : value).ToString(WholeNumbers.Contains(Name) ? "F0" : "G4", CultureInfo.InvariantCulture);
        }
    }
}
