using System.ComponentModel.DataAnnotations;
using static System.FormattableString;

namespace Thrum.Detector.Trends;

/// <summary>Slow wear, from the measures of each axis over days. The section <c>Detector:Trends</c>.</summary>
public sealed record TrendOptions : ICrossChecked
{
    /// <summary>Most buckets that a window or the reference may hold; their pairs are what a slope is found among.</summary>
    public const int MostBuckets = 128;

    /// <summary>Time that one value of a trend stands for: the median of its 64 parts, each the mean of what was measured in it. They fall on multiples of it since 1970.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Bucket { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Measured time at the start of an axis, and after each maintenance, that no trend looks at: machines run in.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan RunIn { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Measured time after it whose median is what changes are told from.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan Reference { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The alarms; none without an entry.</summary>
    public IReadOnlyList<TrendRuleOptions> Rules { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (Reference > MostBuckets * Bucket || Reference < Bucket)
        {
            yield return Invariant($"Reference is {Reference}, expected 1 to {MostBuckets} times Bucket ({Bucket})");
        }

        foreach (TrendRuleOptions rule in Rules.Where(rule => rule.Kind != TrendKind.Change).Where(rule => rule.Window > MostBuckets * Bucket || rule.Window < TrendLine.LeastPoints * Bucket))
        {
            yield return Invariant($"Rules: Window of '{rule.Id}' is {rule.Window}, expected {TrendLine.LeastPoints} to {MostBuckets} times Bucket ({Bucket})");
        }
    }
}
