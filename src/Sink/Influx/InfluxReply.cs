using System.Net;
using Thrum.Sink.Http;

namespace Thrum.Sink.Influx;

/// <summary>What InfluxDB means by 400, which it answers both to points and to the address they were sent to.</summary>
internal static class InfluxReply
{
    /// <summary>
    /// Words of all versions about points: "unable to parse", "parsing for line protocol failed", "partial write", "field type conflict",
    /// "points beyond retention policy".
    /// </summary>
    private static readonly string[] AboutPoints = ["unable to parse", "parsing", "cannot parse", "line protocol", "partial write", "field type conflict", "beyond retention"];

    /// <summary>A 400 that says nothing of points ("please provide either orgID or org") asks for people, not for the points to be dropped.</summary>
    public static HttpReply Judge(HttpReply reply) =>
        reply.Status == HttpStatusCode.BadRequest && !AboutPoints.Any(words => reply.Words.Contains(words, StringComparison.OrdinalIgnoreCase))
            ? reply with { Kind = ReplyKind.Misconfigured }
            : reply;
}
