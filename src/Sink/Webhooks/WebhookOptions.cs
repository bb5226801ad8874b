using Thrum.Detector;

namespace Thrum.Sink.Webhooks;

/// <summary>Settings of one webhook.</summary>
public sealed record WebhookOptions : ICrossChecked
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string Section = "Webhooks";

    /// <summary>Name of the destination and first part of every event's id: letters, digits, <c>-</c> and <c>_</c>, no stage's name. Keep it when other settings change.</summary>
    public string Id { get; init; } = "webhook";

    /// <summary>Where events are posted.</summary>
    public string Url { get; init; } = "";

    /// <summary>The secret that signs, <c>whsec_</c> and base64 of 24 to 64 bytes; empty for unsigned events. Never logged.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Longest time for one request. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the second attempt; doubled each time, with jitter. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts. Default 2 minutes.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Events that may wait; beyond, the oldest is dropped and counted, so that a dead webhook cannot fill the disk. Default 100,000.</summary>
    public int MaxWaiting { get; init; } = 100_000;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        OptionChecks checks = new();
        checks.Id(nameof(Id), Id);
        checks.Url(nameof(Url), Url, "https://host/path");
        checks.Check(Secret.Length == 0 || WebhookSigner.IsSecret(Secret), nameof(Secret), "set but not usable", "whsec_ and base64 of 24 to 64 bytes");
        checks.Retries(Timeout, RetryDelay, MaxRetryDelay);
        checks.AtLeast(nameof(MaxWaiting), MaxWaiting, 1);
        return checks.Faults;
    }

    /// <summary>The settings without their secret.</summary>
    public override string ToString() => $"{Section} {Id} at {Url}";
}
