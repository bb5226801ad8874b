using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Http;

/// <summary>How a shadow model compares with the live one, over all axes and for each.</summary>
internal sealed record ShadowView
{
    /// <summary>Which axes: a pattern of <c>machine/sensor/axis</c>.</summary>
    public required string Match { get; init; }

    public required string LiveName { get; init; }

    public required string LiveRevision { get; init; }

    public required string ShadowName { get; init; }

    public required string ShadowRevision { get; init; }

    public required ComparisonView Overall { get; init; }

    public required IReadOnlyList<ComparisonView> Axes { get; init; }

    public static ShadowView Of(ModelAssignment live, ModelAssignment shadow, ShadowComparison comparison) => comparison.Read(
        live.Model.Description.Revision,
        shadow.Model.Description.Revision,
        axes => new ShadowView
        {
            Match = live.Match,
            LiveName = live.Model.Description.Name,
            LiveRevision = live.Model.Description.Revision,
            ShadowName = shadow.Model.Description.Name,
            ShadowRevision = shadow.Model.Description.Revision,
            Overall = ComparisonView.Of(Sum(axes), WindowSeconds(live)),
            Axes = [.. axes.Select(axis => ComparisonView.Of(axis, WindowSeconds(live)))],
        });

    private static double WindowSeconds(ModelAssignment model) => model.Model.Metadata.HopSamples / model.Model.Metadata.SampleRateHz;

    private static AxisComparison Sum(IReadOnlyList<AxisComparison> axes)
    {
        var sum = new AxisComparison
        {
            Axis = "",
            Windows = axes.Sum(axis => axis.Windows),
            Agreeing = axes.Sum(axis => axis.Agreeing),
            SinceUnixNs = axes.Select(axis => axis.SinceUnixNs).DefaultIfEmpty().Min(),
            UntilUnixNs = axes.Select(axis => axis.UntilUnixNs).DefaultIfEmpty().Max(),
        };
        foreach (AxisComparison axis in axes)
        {
            sum.Live.Add(axis.Live);
            sum.Shadow.Add(axis.Shadow);
        }

        return sum;
    }
}

/// <summary>The comparison on one axis, or over all; <see cref="Axis"/> is empty then.</summary>
/// <param name="Axis"><c>machine/sensor/axis</c>.</param>
/// <param name="Windows">Windows that both scored.</param>
/// <param name="Since">Event time of the first; null before there is one.</param>
/// <param name="Until">Event time of the last.</param>
/// <param name="Agreement">Share of the windows in which both had an alarm, or neither; null before there is one.</param>
/// <param name="Live">What the live model made of them.</param>
/// <param name="Shadow">What the shadow made of them.</param>
internal sealed record ComparisonView(
    string Axis, long Windows, DateTimeOffset? Since, DateTimeOffset? Until, double? Agreement, ScorerView Live, ScorerView Shadow)
{
    public static ComparisonView Of(AxisComparison axis, double windowSeconds)
    {
        double days = axis.Windows * windowSeconds / 86_400;
        return new ComparisonView(
            axis.Axis,
            axis.Windows,
            axis.Windows == 0 ? null : UnixTime.ToDateTimeOffset(axis.SinceUnixNs),
            axis.Windows == 0 ? null : UnixTime.ToDateTimeOffset(axis.UntilUnixNs),
            axis.Windows == 0 ? null : (double)axis.Agreeing / axis.Windows,
            ScorerView.Of(axis.Live, days),
            ScorerView.Of(axis.Shadow, days));
    }
}

/// <summary>What one model made of the windows.</summary>
/// <param name="Alarms">Alarms raised, or that would have been.</param>
/// <param name="AlarmsPerDay">The same per day of measurement; null before there is a window.</param>
/// <param name="UnconfirmedAlarms">Those that ended without an operator's acknowledgement: false ones, if operators acknowledge the right ones.</param>
/// <param name="AlarmWindows">Windows with an alarm.</param>
/// <param name="PValues">Windows by p-value: entry i holds those from 10^(−i/2) down to the next, the last all below 10^−8.</param>
/// <param name="Auroc">Between windows under an acknowledged alarm and those without one; null while either is missing.</param>
internal sealed record ScorerView(long Alarms, double? AlarmsPerDay, long UnconfirmedAlarms, long AlarmWindows, IReadOnlyList<long> PValues, double? Auroc)
{
    public static ScorerView Of(ScorerTally tally, double days) =>
        new(tally.Alarms, days > 0 ? tally.Alarms / days : null, tally.Unconfirmed, tally.AlarmWindows, [.. tally.PValues], tally.Auroc());
}
