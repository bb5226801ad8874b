using System.Globalization;

namespace Thrum.Gateway.Workflows;

/// <summary>The table and the page of an earlier search in the same folder.</summary>
internal static class EarlierResults
{
    /// <summary>Moves them out of the way of a new table that does not hold every line of the old one: another search is not gone on from, and its results are nowhere else.</summary>
    /// <param name="folder">Of the search.</param>
    /// <param name="csv">The new table.</param>
    /// <returns>The names they have now; null where nothing had to be moved.</returns>
    public static string? Keep(string folder, string csv)
    {
        string table = Path.Combine(folder, SearchRequest.CsvName), page = Path.Combine(folder, SearchRequest.PageName);
        if (!File.Exists(table) || File.ReadAllLines(table).ToHashSet().IsSubsetOf(csv.Split('\n')))
        {
            return null;
        }

        int number = 1;
        while (File.Exists(Numbered(table, number)) || File.Exists(Numbered(page, number)))
        {
            number++;
        }

        File.Move(table, Numbered(table, number));
        if (File.Exists(page))
        {
            File.Move(page, Numbered(page, number));
        }

        return $"{Numbered(table, number)} and {Path.GetFileName(Numbered(page, number))}";
    }

    /// <summary>results-1.csv for results.csv.</summary>
    private static string Numbered(string path, int number) =>
        Path.Combine(Path.GetDirectoryName(path)!, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}"));
}
