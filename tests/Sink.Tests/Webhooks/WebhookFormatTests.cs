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
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Slack_TextWithMarkup_IsEscaped()
    {
        using JsonDocument body = Encode(new ChatFormat("hall", teams: false), Given.Transition(message: "<a> & b"));
        Assert.Equal(
            "*Alarm: pump/bearing/x*\n&lt;a&gt; &amp; b. 2026-01-02T03:04:05.000000000Z, gateway hall.",
            body.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Teams_Alarm_IsAnAdaptiveCard()
    {
        using JsonDocument body = Encode(new ChatFormat("hall", teams: true), Given.Transition() with { Diagnosis = "outer-race" });
        JsonElement content = body.RootElement.GetProperty("attachments")[0].GetProperty("content");
        Assert.Equal("AdaptiveCard", content.GetProperty("type").GetString());
        Assert.Contains("Diagnosis: outer-race.", content.GetProperty("body")[1].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Standard Webhooks asks for bodies below 20 kB; control characters take six bytes each in JSON.</summary>
    [Fact]
    public void CloudEvent_LongestNames_StaysBelow20Kilobytes()
    {
        string name = new('\u0001', AxisId.MaxNameBytes);
        AlarmTransition transition = Given.Transition(message: new string('m', 1000)) with { Axis = new AxisId(name, name, name) };

        Assert.InRange(new CloudEventFormat("hall").Encode("id", transition).Length, 9 * AxisId.MaxNameBytes, 20_000);
    }

    [Fact]
    public void Template_JsonHelper_QuotesAndBareInsertsAsIs()
    {
        var format = new TemplateFormat("{\"m\":{{json message}},\"v\":{{value}},\"on\":{{json active}} {{#if active}},\"x\":1{{/if}} }", "application/json", "hall");
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
        IWebhookFormat format = new WebhookOptions { Format = WebhookFormat.Alertmanager }.CreateFormat("hall", [active, cleared], _time);
        using JsonDocument body = JsonDocument.Parse(format.Repeat());
        Assert.Equal("a", Assert.Single(body.RootElement.EnumerateArray()).GetProperty("labels").GetProperty("machine").GetString());
        format.Encode("id", Given.Cleared(active, 2));
        Assert.Null(format.Repeat());
    }

    private static WebhookOptions Options(string template, string mediaType) =>
        new() { Url = "https://example.com/", Format = WebhookFormat.Template, Template = template, ContentType = mediaType };

    private static JsonDocument Encode(IWebhookFormat format, AlarmTransition transition) => JsonDocument.Parse(Encoding.UTF8.GetString(format.Encode("id", transition)));
}
