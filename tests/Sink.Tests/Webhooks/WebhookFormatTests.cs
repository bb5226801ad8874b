using System.Text;
using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Sink.Tests.Support;
using Thrum.Sink.Webhooks;
using Thrum.Sink.Webhooks.Formats;

namespace Thrum.Sink.Tests.Webhooks;

public sealed class WebhookFormatTests
{
    private static readonly EventSource Hall = new("hall");

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Slack_TextWithMarkup_IsEscaped()
    {
        using JsonDocument body = Encode(new ChatFormat(Hall, teams: false), Given.Transition(message: "<a> & b"));
        Assert.Equal(
            "*Alarm: pump/bearing/x*\n&lt;a&gt; &amp; b. 2026-01-02T03:04:05.000000000Z, gateway hall.",
            body.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Teams_Alarm_IsAnAdaptiveCard()
    {
        using JsonDocument body = Encode(new ChatFormat(Hall, teams: true), Given.Transition() with { Diagnosis = "outer-race" });
        JsonElement content = body.RootElement.GetProperty("attachments")[0].GetProperty("content");
        Assert.Equal("AdaptiveCard", content.GetProperty("type").GetString());
        Assert.Contains("Diagnosis: outer-race.", content.GetProperty("body")[1].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Standard Webhooks asks for bodies below 20 kB; control characters take six bytes each in JSON, and an ampersand ten in Slack's.</summary>
    [Theory]
    [InlineData(WebhookFormat.CloudEvents, '\u0001')]
    [InlineData(WebhookFormat.Alertmanager, '\u0001')]
    [InlineData(WebhookFormat.Slack, '&')]
    [InlineData(WebhookFormat.Teams, '\u0001')]
    [InlineData(WebhookFormat.Template, '\u0001')]
    public void Encode_LongestNamesAndLink_StaysBelow20Kilobytes(WebhookFormat format, char worst)
    {
        string name = new(worst, AxisId.MaxNameBytes);
        AxisId axis = new(name, name, name);
        AlarmTransition transition = Given.Transition(message: $"{axis}: {new string('m', 500)}") with { Axis = axis };
        EventSource source = new("hall", ("https://plant.example/" + new string('&', 200))[..200]);
        WebhookOptions options = new() { Format = format, Template = EveryName };

        byte[] body = options.CreateFormat(source, [], _time).Encode("id", transition);

        Assert.InRange(body.Length, 9 * AxisId.MaxNameBytes, 20_000);
        Assert.Contains("https://plant.example/", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public void Alertmanager_HundredAlarms_AreRepeatedInBodiesBelow20Kilobytes()
    {
        string name = new('\u0001', AxisId.MaxNameBytes);
        AlarmTransition[] active = [.. Enumerable.Range(0, 100).Select(i => Given.Transition(machine: $"pump-{i}", message: i % 3 == 0 ? name + name + name : "mse rose"))];

        IReadOnlyList<byte[]> bodies = new WebhookOptions { Format = WebhookFormat.Alertmanager }.CreateFormat(Hall, active, _time).Repeat();

        Assert.All(bodies, body => Assert.InRange(body.Length, 1, 20_000));
        Assert.Equal(
            active.Select(alarm => alarm.Axis.Machine).Order(),
            bodies.SelectMany(body => JsonDocument.Parse(body).RootElement.EnumerateArray()).Select(alert => alert.GetProperty("labels").GetProperty("machine").GetString()).Order());
    }

    [Theory]
    [InlineData(WebhookFormat.Alertmanager, "\"generatorURL\":\"LINK\"")]
    [InlineData(WebhookFormat.Slack, "\\n\\u003CLINK|Alarm\\u003E\"")]
    [InlineData(WebhookFormat.Teams, "\"title\":\"Alarm\",\"url\":\"LINK\"")]
    public void Encode_ForPeople_LinksToTheAlarmsPage(WebhookFormat format, string expected)
    {
        AlarmTransition raised = Given.Transition();
        IWebhookFormat encoder = CreateAtPlant(format);

        Assert.All([raised, Seen(raised), Given.Cleared(raised, 1), Given.Transition(rule: "quality-silence")], transition => Assert.Contains(
            expected.Replace("LINK", $"https://plant.example/thrum/#/alarm/{transition.Id:D}", StringComparison.Ordinal), Encoding.UTF8.GetString(encoder.Encode("id", transition)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(WebhookFormat.CloudEvents, "\"evidence\":\"LINK\"")]
    [InlineData(WebhookFormat.Template, "\"e\":\"LINK\"")]
    public void Encode_ForPrograms_TellsWhereTheEvidenceIs(WebhookFormat format, string expected)
    {
        AlarmTransition raised = Given.Transition();
        IWebhookFormat encoder = CreateAtPlant(format);

        string body = Encoding.UTF8.GetString(encoder.Encode("id", raised));

        Assert.Contains(expected.Replace("LINK", $"https://plant.example/thrum/api/v1/alarms/{raised.Id:D}/evidence", StringComparison.Ordinal), body, StringComparison.Ordinal);
        Assert.All([Seen(raised), Given.Cleared(raised, 1), Given.Transition(rule: "quality-silence")], transition =>
            Assert.DoesNotContain("plant.example", Encoding.UTF8.GetString(encoder.Encode("id", transition)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(WebhookFormat.CloudEvents, true)]
    [InlineData(WebhookFormat.Template, true)]
    [InlineData(WebhookFormat.Alertmanager, false)]
    [InlineData(WebhookFormat.Slack, false)]
    [InlineData(WebhookFormat.Teams, false)]
    public void Encode_NoPublicUrl_TellsThePathOnlyToPrograms(WebhookFormat format, bool told)
    {
        AlarmTransition raised = Given.Transition();

        string body = Encoding.UTF8.GetString(new WebhookOptions { Format = format, Template = EveryName }.CreateFormat(Hall, [], _time).Encode("id", raised));

        Assert.Equal(told, body.Contains($"\"/api/v1/alarms/{raised.Id:D}/evidence\"", StringComparison.Ordinal));
        Assert.Equal(told, body.Contains("evidence", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(true, "\"/api/v1/alarms/")]
    [InlineData(false, "none null")]
    public void Template_BareEvidence_IsEmptyWhereThereIsNone(bool isRaised, string expected)
    {
        AlarmTransition raised = Given.Transition();
        var format = new TemplateFormat("{{#if evidence}}{{evidence}}{{else}}none{{/if}}{{evidence}} {{json evidence}}", "text/plain", Hall);

        string body = Encoding.UTF8.GetString(format.Encode("id", isRaised ? raised : Given.Cleared(raised, 1)));

        Assert.Contains(expected, body, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_JsonHelper_QuotesAndBareInsertsAsIs()
    {
        var format = new TemplateFormat("{\"m\":{{json message}},\"v\":{{value}},\"on\":{{json active}} {{#if active}},\"x\":1{{/if}} }", "application/json", Hall);
        using JsonDocument body = Encode(format, Given.Transition(message: "say \"<b>\" \n"));
        Assert.Equal("say \"<b>\" \n", body.RootElement.GetProperty("m").GetString());
        Assert.Equal(13.5, body.RootElement.GetProperty("v").GetDouble());
        Assert.True(body.RootElement.GetProperty("on").GetBoolean());
        Assert.Equal(1, body.RootElement.GetProperty("x").GetInt32());
    }

    [Theory]
    [InlineData("{{#if active}}", "application/json")]
    [InlineData("{{nosuchname}}", "text/plain")]
    [InlineData("not json {{message}}", "application/json")]
    [InlineData("", "text/plain")]
    public void Faults_UnusableTemplate_AreTold(string template, string mediaType) => Assert.Contains(
        Options(template, mediaType).Faults(), fault => fault.StartsWith("Template is set but not usable", StringComparison.Ordinal));

    [Fact]
    public void Faults_PlainTextTemplate_AreNone() => Assert.Empty(Options("{{machine}}: {{message}}", "text/plain").Faults());

    [Theory]
    [InlineData("http://127.0.0.1/", false)]
    [InlineData("http://localhost/", false)]
    [InlineData("http://[::1]/", false)]
    [InlineData("http://192.168.1.20/", false)]
    [InlineData("http://[fd00::7]/", false)]
    [InlineData("http://203.0.113.9/", true)]
    [InlineData("https://alarms.example.com/", true)]
    public void Faults_PrivateAddress_IsTold(string url, bool good) =>
        Assert.Equal(good, !new WebhookOptions { Url = url }.Faults().Any(fault => fault.Contains("private address", StringComparison.Ordinal)));

    [Fact]
    public void Alertmanager_AlarmsOfAnEarlierRun_AreRepeated()
    {
        AlarmTransition active = Given.Transition(machine: "a");
        AlarmTransition cleared = Given.Cleared(Given.Transition(machine: "b"), 1);
        IWebhookFormat format = new WebhookOptions { Format = WebhookFormat.Alertmanager }.CreateFormat(Hall, [active, cleared], _time);
        using JsonDocument body = JsonDocument.Parse(Assert.Single(format.Repeat()));
        Assert.Equal("a", Assert.Single(body.RootElement.EnumerateArray()).GetProperty("labels").GetProperty("machine").GetString());
        format.Encode("id", Given.Cleared(active, 2));
        Assert.Empty(format.Repeat());
    }

    private IWebhookFormat CreateAtPlant(WebhookFormat format) =>
        new WebhookOptions { Format = format, Template = EveryName }.CreateFormat(new EventSource("hall", "https://plant.example/thrum/"), [], _time);

    /// <summary>What an operator's acknowledgement makes of an alarm; no evidence is taken of it.</summary>
    private static AlarmTransition Seen(AlarmTransition raised) => raised with { Id = Guid.NewGuid(), From = AlarmState.ActiveUnacknowledged, To = AlarmState.ActiveAcknowledged };

    /// <summary>A template with every long value once.</summary>
    private const string EveryName = "{\"a\":[{{json machine}},{{json sensor}},{{json axis}}],\"m\":{{json message}},\"e\":{{json evidence}} }";

    private static WebhookOptions Options(string template, string mediaType) =>
        new() { Url = "https://example.com/", Format = WebhookFormat.Template, Template = template, ContentType = mediaType };

    private static JsonDocument Encode(IWebhookFormat format, AlarmTransition transition) => JsonDocument.Parse(Encoding.UTF8.GetString(format.Encode("id", transition)));
}
