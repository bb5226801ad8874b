using Thrum.Detector.Alarms;
using Thrum.Detector.Quality;

namespace Thrum.Sink.Webhooks;

/// <summary>Who tells of an alarm: the gateway, by its name and by where people reach its page.</summary>
/// <param name="Gateway">Name of the gateway.</param>
/// <param name="PublicUrl">Absolute URL of the gateway's page as people reach it; empty when it was not told.</param>
public sealed record EventSource(string Gateway, string PublicUrl = "")
{
    /// <summary>Where an alarm's evidence is: below <see cref="PublicUrl"/>, or a path of the gateway without one. Null for a transition that took none.</summary>
    internal string? EvidenceOf(AlarmTransition transition) => EvidencePath(transition) is { } path ? PublicUrl.TrimEnd('/') + path : null;

    /// <summary>Where people see an alarm on the gateway's page; null without <see cref="PublicUrl"/>.</summary>
    internal string? LinkOf(AlarmTransition transition) => PublicUrl.Length > 0 ? $"{PublicUrl.TrimEnd('/')}/#/alarm/{transition.Id:D}" : null;

    /// <summary>The path of an alarm's evidence in the gateway's API; null for a transition that took none.</summary>
    internal static string? EvidencePath(AlarmTransition transition) => transition.IsRaise && !QualityNames.IsQuality(transition.RuleId) ? $"/api/v1/alarms/{transition.Id:D}/evidence" : null;
}
