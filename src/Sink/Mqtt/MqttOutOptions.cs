using Thrum.Detector;

namespace Thrum.Sink.Mqtt;

/// <summary>Settings of what is published over MQTT, to the broker that samples come from.</summary>
public sealed record MqttOutOptions : ICrossChecked
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string Section = "MqttOut";

    /// <summary>True to publish alarm states and the gateway's own. Default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>First levels of every topic; the gateway's name follows. Default <c>thrum</c>.</summary>
    public string Prefix { get; init; } = "thrum";

    /// <summary>True to publish the newest score of every axis too. Default false.</summary>
    public bool Scores { get; init; }

    /// <summary>How often at most the scores are published. Default 1 s.</summary>
    public TimeSpan ScoreInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Client id of the connection; empty for the one of <c>Mqtt</c> with <c>-out</c> behind.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Wait before connecting again; doubled each time, with jitter. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before connecting again. Default 30 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        OptionChecks checks = new();
        checks.Check(
            Prefix.Length > 0 && !Prefix.AsSpan().ContainsAny('+', '#', '\0') && Prefix[0] != '/' && Prefix[^1] != '/' && Prefix[0] != '$',
            nameof(Prefix), $"'{Prefix}'", "a topic such as plant/thrum: no wildcards, no / at either end, no $ in front");
        checks.Between(nameof(ScoreInterval), ScoreInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1));
        checks.Between(nameof(RetryDelay), RetryDelay, OptionChecks.Shortest, TimeSpan.FromHours(1));
        checks.Between(nameof(MaxRetryDelay), MaxRetryDelay, RetryDelay, TimeSpan.FromHours(1));
        return checks.Faults;
    }
}
