using System.Globalization;
using System.Text;
using System.Text.Json;
using HandlebarsDotNet;
using HandlebarsDotNet.Compiler;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Webhooks.Formats;

/// <summary>
/// Bodies from a Handlebars template of the user's. Values are inserted as they are; <c>{{json name}}</c> inserts one as a JSON
/// value, quotes included. Names: those of the CloudEvents <c>data</c> (<c>evidence</c> is null where a transition took none), and <c>id</c>, <c>gateway</c>, <c>time</c> (RFC 3339), <c>active</c>.
/// </summary>
internal sealed class TemplateFormat : IWebhookFormat
{
    private readonly HandlebarsTemplate<object, object> _template;
    private readonly EventSource _source;

    /// <exception cref="FormatException">The template has a fault.</exception>
    public TemplateFormat(string template, string mediaType, EventSource source)
    {
        MediaType = mediaType;
        _source = source;
        IHandlebars handlebars = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true, ThrowOnUnresolvedBindingExpression = true });
        handlebars.RegisterHelper("json", static (output, _, arguments) => output.WriteSafeString(JsonSerializer.Serialize(arguments[0])));
        try
        {
            _template = handlebars.Compile(template);
        }
        catch (Exception e) when (e is HandlebarsException or HandlebarsUndefinedBindingException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    public string MediaType { get; }

    public byte[] Encode(string id, AlarmTransition transition) => Encoding.UTF8.GetBytes(_template(Values(id, transition)));

    /// <summary>What is wrong with a template, tried on an alarm; null when nothing is.</summary>
    public static string? FaultOf(string template, string mediaType)
    {
        try
        {
            byte[] body = new TemplateFormat(template, mediaType, new EventSource("gateway")).Encode("id", WebhookTest.Transition(0));
            if (mediaType.Contains("json", StringComparison.OrdinalIgnoreCase))
            {
                using JsonDocument document = JsonDocument.Parse(body);
            }

            return null;
        }
        catch (Exception e) when (e is FormatException or HandlebarsException or HandlebarsUndefinedBindingException or JsonException)
        {
            return e.Message.ReplaceLineEndings(" ");
        }
    }

    private Dictionary<string, object?> Values(string id, AlarmTransition transition) => new(StringComparer.Ordinal)
    {
        ["id"] = id,
        ["gateway"] = _source.Gateway,
        ["time"] = UnixTime.ToText(transition.EventTimeUnixNs),
        ["active"] = transition.To.IsActive(),
        ["transitionId"] = transition.Id.ToString("D"),
        ["machine"] = transition.Axis.Machine,
        ["sensor"] = transition.Axis.Sensor,
        ["axis"] = transition.Axis.Axis,
        ["rule"] = transition.RuleId,
        ["severity"] = transition.Severity.ToWireName(),
        ["eventTimeUnixNs"] = transition.EventTimeUnixNs.ToString(CultureInfo.InvariantCulture),
        ["from"] = transition.From.ToWireName(),
        ["to"] = transition.To.ToWireName(),
        ["metric"] = transition.Metric,
        ["value"] = Number(transition.Value),
        ["threshold"] = Number(transition.Threshold),
        ["diagnosis"] = transition.Diagnosis,
        ["evidence"] = _source.EvidenceOf(transition),
        ["message"] = transition.Message,
    };

    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
