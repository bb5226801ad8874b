namespace Thrum.Detector.Quality;

/// <summary>What can be wrong with data.</summary>
internal enum QualityKind : byte
{
    /// <summary>Samples are NaN or infinite.</summary>
    NonFinite,

    /// <summary>All samples are the same for long.</summary>
    FlatLine,

    /// <summary>Samples are at an end of the measuring range.</summary>
    Clipping,

    /// <summary>The stamps tell another rate than the messages state.</summary>
    Rate,

    /// <summary>The clock went back.</summary>
    Clock,

    /// <summary>Stamps lie too far from the arrival.</summary>
    Stamp,

    /// <summary>Nothing comes.</summary>
    Silence,
}

/// <summary>Wire names.</summary>
public static class QualityNames
{
    /// <summary>What the ids of these rules begin with, and no other rule's.</summary>
    internal const string Prefix = "quality-";

    private static readonly string[] Rules =
        ["quality-non-finite", "quality-flat-line", "quality-clipping", "quality-rate", "quality-clock", "quality-stamp", "quality-silence"];

    private static readonly string[] Metrics =
        ["nonFiniteShare", "flatSeconds", "clippedShare", "measuredRateHz", "clockStepSeconds", "stampAheadSeconds", "silentSeconds"];

    /// <summary>How many kinds there are.</summary>
    internal const int Kinds = 7;

    /// <summary>The kind whose rule it is; null when there is none of that id.</summary>
    internal static QualityKind? KindOf(string ruleId) => Array.IndexOf(Rules, ruleId) is >= 0 and int kind ? (QualityKind)kind : null;

    /// <summary>True where an alarm calls the data into question and says nothing of the machine.</summary>
    /// <param name="ruleId">Id of the alarm's rule.</param>
    public static bool IsQuality(string ruleId) => ruleId.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Id of the rule, part of the transition's identity.</summary>
    internal static string RuleId(this QualityKind kind) => Rules[(int)kind];

    /// <summary>Name of what its value is, with its unit.</summary>
    internal static string Metric(this QualityKind kind) => Metrics[(int)kind];
}
