using static System.FormattableString;

namespace Thrum.Gateway.Workflows;

/// <summary>What is missing in recordings, in sentences for people.</summary>
internal static class RecordingFlaws
{
    /// <summary>Gaps of each recording, and samples of each axis that are not finite, in the whole files.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<Signal> signals)
    {
        Signal[] all = [.. signals];
        return
        [
            .. all.Where(signal => signal.Gaps > 0).Select(Gaps).Distinct(),
            .. all.Where(signal => signal.NonFinite > 0).Select(signal => Invariant($"{signal.Recording}/{signal.Axis} has {Count(signal.NonFinite, "sample")} not finite: windows with one of them are left out")),
        ];
    }

    /// <summary>A number of things.</summary>
    public static string Count(long count, string thing) => Invariant($"{count} {thing}{(count == 1 ? "" : "s")}");

    private static string Gaps(Signal signal) => Invariant($"{signal.Recording} has {Count(signal.Gaps, "gap")} in its times, {signal.MissingSeconds:G4} s together: no window reaches over one");
}
