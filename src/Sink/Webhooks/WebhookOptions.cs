using Thrum.Detector;
using Thrum.Sink.Http;
using Thrum.Sink.Webhooks.Formats;

namespace Thrum.Sink.Webhooks;

/// <summary>What a webhook's requests look like.</summary>
public enum WebhookFormat
{
    /// <summary>CloudEvents 1.0 in structured JSON.</summary>
    CloudEvents,

    /// <summary>Alerts of Prometheus Alertmanager, API version 2.</summary>
    Alertmanager,

    /// <summary>A text message for Slack's incoming webhooks.</summary>
    Slack,

    /// <summary>An Adaptive Card for Microsoft Teams' workflow webhooks.</summary>
    Teams,

    /// <summary>Whatever <see cref="WebhookOptions.Template"/> makes.</summary>
    Template,
}

/// <summary>Settings of one webhook.</summary>
public sealed record WebhookOptions : ICrossChecked
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string Section = "Webhooks";

    /// <summary>Name of the destination and first part of every event's id: letters, digits, <c>-</c> and <c>_</c>, no stage's name. Keep it when other settings change.</summary>
    public string Id { get; init; } = "webhook";

    /// <summary>Where events are posted.</summary>
    public string Url { get; init; } = "";

    /// <summary>Addresses inside the own network are refused unless this is set. Default false.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>What the requests look like. Default CloudEvents.</summary>
    public WebhookFormat Format { get; init; } = WebhookFormat.CloudEvents;

    /// <summary>A Handlebars template for the format <see cref="WebhookFormat.Template"/>; <c>{{json message}}</c> inserts a JSON value, <c>{{message}}</c> the bare text.</summary>
    public string Template { get; init; } = "";

    /// <summary>Media type of what the template makes.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>The key that signs: <c>whsec_</c> and base64 of 24 to 64 bytes (HMAC-SHA256), or <c>whsk_</c> and base64 of an Ed25519 private key; empty for unsigned events. Never logged.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Older keys, which sign too until every receiver knows <see cref="Secret"/>. Never logged.</summary>
    public IReadOnlyList<string> PreviousSecrets { get; init; } = [];

    /// <summary>Longest time for one request. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the second attempt; doubled each time, with jitter. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts. Default 2 minutes.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an event is tried; after that it is dropped and counted. Default 5 days.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(5);

    /// <summary>Alertmanager: how often active alarms are said again. Default 1 minute.</summary>
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Events that may wait; beyond, the oldest is dropped and counted, so that a dead webhook cannot fill the disk. Default 100,000.</summary>
    public int MaxWaiting { get; init; } = 100_000;

    /// <summary>The keys that sign, the newest first.</summary>
    internal IEnumerable<string> Keys => Secret.Length > 0 ? [Secret, .. PreviousSecrets] : PreviousSecrets;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        OptionChecks checks = new();
        checks.Id(nameof(Id), Id);
        if (checks.Url(nameof(Url), Url, "https://host/path") && !AllowPrivateAddresses)
        {
            checks.Check(!AddressGuard.IsPrivate(new Uri(Url)), nameof(Url), $"'{Url}', a private address", "a public one, or AllowPrivateAddresses set to true");
        }

        CheckKeys(checks);
        CheckTemplate(checks);
        checks.Retries(Timeout, RetryDelay, MaxRetryDelay);
        checks.Between(nameof(MaxAge), MaxAge, TimeSpan.FromMinutes(1), TimeSpan.FromDays(40));
        checks.Between(nameof(RepeatInterval), RepeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        checks.AtLeast(nameof(MaxWaiting), MaxWaiting, 1);
        return checks.Faults;
    }

    /// <summary>The settings without their secrets.</summary>
    public override string ToString() => $"{Section} {Id} at {Url}";

    /// <exception cref="FormatException">The template has a fault; <see cref="Faults"/> tells before.</exception>
    internal IWebhookFormat CreateFormat(EventSource source, IEnumerable<Detector.Alarms.AlarmTransition> latest, TimeProvider time) => Format switch
    {
        WebhookFormat.Alertmanager => new AlertmanagerFormat(source, latest.Where(alarm => AlertmanagerFormat.IsFiring(alarm.To)), time),
        WebhookFormat.Slack => new ChatFormat(source, teams: false),
        WebhookFormat.Teams => new ChatFormat(source, teams: true),
        WebhookFormat.Template => new TemplateFormat(Template, ContentType, source),
        _ => new CloudEventFormat(source),
    };

    private void CheckKeys(OptionChecks checks)
    {
        checks.Check(Secret.Length == 0 || WebhookSigner.IsKey(Secret), nameof(Secret), "set but not usable", KeyForms);
        checks.Check(PreviousSecrets.All(WebhookSigner.IsKey), nameof(PreviousSecrets), "set but not usable", KeyForms);
        checks.Check(
            !Keys.Any(WebhookSigner.NeedsEd25519) || Ed25519.IsAvailable, nameof(Secret), "an Ed25519 key", "whsec_ here, because OpenSSL 3 (libcrypto) was not found on this machine");
    }

    private const string KeyForms = "whsec_ and base64 of 24 to 64 bytes, or whsk_ and base64 of an Ed25519 private key";

    private void CheckTemplate(OptionChecks checks)
    {
        if (Format != WebhookFormat.Template)
        {
            checks.Check(Template.Length == 0, nameof(Template), "set", $"nothing unless Format is template (it is {Format})");
            return;
        }

        checks.Check(System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(ContentType, out _), nameof(ContentType), $"'{ContentType}'", "a media type such as application/json");
        string? fault = Template.Length == 0 ? "it is empty" : TemplateFormat.FaultOf(Template, ContentType);
        checks.Check(fault is null, nameof(Template), "set but not usable", $"a Handlebars template that makes {ContentType}: {fault}");
    }
}
