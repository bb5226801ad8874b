using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Webhooks.Formats;

/// <summary>Messages for people: Slack's incoming webhooks, and the workflow webhooks of Microsoft Teams (an Adaptive Card 1.4).</summary>
/// <param name="source">This gateway.</param>
/// <param name="teams">True for Teams, false for Slack.</param>
internal sealed class ChatFormat(EventSource source, bool teams) : IWebhookFormat
{
    public string MediaType => "application/json";

    public byte[] Encode(string id, AlarmTransition transition)
    {
        using MemoryStream bytes = new(512);
        using (Utf8JsonWriter json = new(bytes))
        {
            if (teams)
            {
                WriteCard(json, Title(transition), Text(transition), source.LinkOf(transition));
            }
            else
            {
                json.WriteStartObject();
                json.WriteString("text", $"*{Escape(Title(transition))}*\n{Escape(Text(transition))}{SlackLink(transition)}");
                json.WriteEndObject();
            }
        }

        return bytes.ToArray();
    }

    private static string Title(AlarmTransition transition) =>
        $"{(transition.To.IsActive() ? transition.Severity == AlarmSeverity.Alarm ? "Alarm" : "Warning" : "Back to " + transition.To.ToWireName())}: {transition.Axis}";

    private string Text(AlarmTransition transition)
    {
        string diagnosis = transition.Diagnosis == "undetermined" ? "" : $" Diagnosis: {transition.Diagnosis}.";
        return $"{transition.Message}.{diagnosis} {UnixTime.ToText(transition.EventTimeUnixNs)}, gateway {source.Gateway}.";
    }

    private string SlackLink(AlarmTransition transition) => source.LinkOf(transition) is { } link ? $"\n<{Escape(link)}|Alarm>" : "";

    /// <summary>The three characters that Slack gives a meaning.</summary>
    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static void WriteCard(Utf8JsonWriter json, string title, string text, string? link)
    {
        json.WriteStartObject();
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteStartObject("content");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        json.WriteStartArray("body");
        WriteBlock(json, title, bold: true);
        WriteBlock(json, text, bold: false);
        json.WriteEndArray();
        WriteLink(json, link);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A button of the card.</summary>
    private static void WriteLink(Utf8JsonWriter json, string? link)
    {
        if (link is null)
        {
            return;
        }

        json.WriteStartArray("actions");
        json.WriteStartObject();
        json.WriteString("type", "Action.OpenUrl");
        json.WriteString("title", "Alarm");
        json.WriteString("url", link);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteBlock(Utf8JsonWriter json, string text, bool bold)
    {
        json.WriteStartObject();
        json.WriteString("type", "TextBlock");
        json.WriteString("text", text);
        json.WriteBoolean("wrap", true);
        if (bold)
        {
            json.WriteString("weight", "bolder");
        }

        json.WriteEndObject();
    }
}
