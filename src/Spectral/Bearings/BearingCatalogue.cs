using System.Collections.Frozen;

namespace Thrum.Spectral.Bearings;

/// <summary>Geometries of bearings that public recordings were made with.</summary>
public static class BearingCatalogue
{
    /// <summary>6205-2RS JEM SKF: the drive end of the Case Western Reserve University test stand (inches).</summary>
    public static BearingGeometry Skf6205 { get; } = new(9, 0.3126, 1.537);

    /// <summary>6203-2RS JEM SKF: the fan end of the same stand (inches).</summary>
    public static BearingGeometry Skf6203 { get; } = new(8, 0.2656, 1.122);

    /// <summary>The test bearing of the PRONOSTIA platform, IEEE PHM 2012 challenge (mm).</summary>
    public static BearingGeometry Pronostia { get; } = new(13, 3.5, 25.6);

    private static readonly FrozenDictionary<string, BearingGeometry> Entries = new Dictionary<string, BearingGeometry>
    {
        ["6205-2RS"] = Skf6205,
        ["6203-2RS"] = Skf6203,
        ["PRONOSTIA"] = Pronostia,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names that <see cref="Find"/> knows, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The geometry of a name such as <c>6205-2RS</c> (case does not matter), or null.</summary>
    public static BearingGeometry? Find(string name) => Entries.GetValueOrDefault(name);
}
