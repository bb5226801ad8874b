using System.Collections.Frozen;
using System.Globalization;

namespace Thrum.Spectral.Bearings;

/// <summary>
/// Bearings whose inner geometry is published, most of them by the makers of open data sets; makers of bearings seldom publish it,
/// and it differs between makers of the same designation. For any other one give the numbers of the bearing's maker.
/// </summary>
public static class BearingCatalogue
{
    private static readonly BearingEntry[] All =
    [
        new("6203-2RS", new(8, 0.2656, 1.122), "inch", "SKF JEM, fan end; Case Western Reserve University Bearing Data Center"),
        new("6205-2RS", new(9, 0.3126, 1.537), "inch", "SKF JEM, drive end; Case Western Reserve University Bearing Data Center"),
        new("ER16K", new(9, 7.94, 38.52), "mm", "H. Huang, N. Baddour, Data in Brief 21, 2018 (University of Ottawa)"),
        new("KAT-6203", new(8, 6.75, 28.55), "mm", "C. Lessmeier et al., PHM Society European Conference 2016 (Paderborn University)"),
        new("MAFAULDA", new(8, 7.145, 28.519), "mm", "Machinery Fault Database, Federal University of Rio de Janeiro"),
        new("NICE", new(8, 0.235, 1.245), "inch", "E. Bechhoefer, Condition Based Maintenance Fault Database, MFPT Society 2013"),
        new("PRONOSTIA", new(13, 3.5, 25.6), "mm", "P. Nectoux et al., IEEE PHM 2012 (FEMTO-ST)"),
        new("UER204", new(8, 7.92, 34.55), "mm", "B. Wang et al., IEEE Transactions on Reliability 69, 2020 (XJTU-SY)"),
        new("ZA-2115", new(16, 0.331, 2.815, 15.17), "inch", "Rexnord, double row; H. Qiu et al., Journal of Sound and Vibration 289, 2006 (IMS)"),
    ];

    private static readonly FrozenDictionary<string, BearingEntry> ByKey = Keys().ToFrozenDictionary(
        pair => pair.Key, pair => pair.Entry, StringComparer.OrdinalIgnoreCase);

    /// <summary>6205-2RS JEM SKF: the drive end of the Case Western Reserve University test stand (inches).</summary>
    public static BearingGeometry Skf6205 { get; } = Find("6205-2RS")!;

    /// <summary>6203-2RS JEM SKF: the fan end of the same stand (inches).</summary>
    public static BearingGeometry Skf6203 { get; } = Find("6203-2RS")!;

    /// <summary>The test bearing of the PRONOSTIA platform, IEEE PHM 2012 challenge (mm).</summary>
    public static BearingGeometry Pronostia { get; } = Find("PRONOSTIA")!;

    /// <summary>The entries by name, in order.</summary>
    public static IReadOnlyList<BearingEntry> Entries => All;

    /// <summary>The names of the entries, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(entry => entry.Name)];

    /// <summary>
    /// The geometry of a name such as <c>6205-2RS</c>, of the name without its suffix (<c>6205</c>) or with a maker before it
    /// (<c>SKF 6205</c>), or null. Case, blanks and hyphens do not matter.
    /// </summary>
    public static BearingGeometry? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string key = Key(name);
        string bare = key.StartsWith("SKF", StringComparison.OrdinalIgnoreCase) ? key[3..] : key;
        return ByKey.GetValueOrDefault(bare)?.Geometry;
    }

    /// <summary>
    /// The geometry of a name as for <see cref="Find"/>, or of the numbers <c>elements,diameter,pitch-diameter[,contact-angle]</c> such as
    /// <c>9,7.94,39.04</c>; null with a fault where it is neither.
    /// </summary>
    public static BearingGeometry? Parse(string text, out string fault)
    {
        fault = "";
        if (Find(text) is { } known)
        {
            return known;
        }

        double[] numbers = [.. text.Split(',').Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        if (numbers.Length is 3 or 4 && numbers.All(double.IsFinite) && numbers[0] == Math.Floor(numbers[0]) && numbers[0] <= 1000)
        {
            try
            {
                return new BearingGeometry((int)numbers[0], numbers[1], numbers[2], numbers.ElementAtOrDefault(3));
            }
            catch (ArgumentOutOfRangeException e)
            {
                fault = e.Message;
                return null;
            }
        }

        fault = $"expected one of {string.Join(", ", Names)}, or elements,diameter,pitch-diameter[,contact-angle] such as 9,7.94,39.04";
        return null;
    }

    private static IEnumerable<(string Key, BearingEntry Entry)> Keys() => All
        .SelectMany(entry => new[] { Key(entry.Name), entry.Name.EndsWith("-2RS", StringComparison.Ordinal) ? entry.Name[..^4] : Key(entry.Name) }
            .Distinct().Select(key => (key, entry)));

    private static string Key(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit));
}
