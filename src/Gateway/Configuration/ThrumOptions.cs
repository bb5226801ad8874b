using System.ComponentModel.DataAnnotations;
using Thrum.Detector;
using Thrum.Detector.Measures;
using Thrum.Detector.Pipeline;
using Thrum.Ingest.Pipeline;
using Thrum.Sink.Influx;
using Thrum.Sink.Mqtt;
using Thrum.Sink.Store;
using Thrum.Sink.Webhooks;

namespace Thrum.Gateway.Configuration;

/// <summary>The whole of <c>thrum.json</c>.</summary>
internal sealed record ThrumOptions : ICrossChecked
{
    public const int CurrentVersion = 1;

    /// <summary>Version of the configuration's format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Name of this gateway in webhooks.</summary>
    [Required]
    public string Name { get; init; } = "thrum";

    public MqttOptions Mqtt { get; init; } = new();

    public DetectorOptions Detector { get; init; } = new();

    /// <summary>What is known of the machines, asked in order: the first whose pattern matches an axis counts.</summary>
    public IReadOnlyList<MachineOptions> Machines { get; init; } = [];

    public StoreOptions Store { get; init; } = new();

    public IReadOnlyList<InfluxOptions> Influx { get; init; } = [];

    public IReadOnlyList<WebhookOptions> Webhooks { get; init; } = [];

    public MqttOutOptions MqttOut { get; init; } = new();

    public HttpOptions Http { get; init; } = new();

    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>How long destinations may take to deliver what they hold when the gateway stops.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromSeconds(10);

    public IEnumerable<string> Faults()
    {
        if (Version != CurrentVersion)
        {
            yield return $"Version is {Version}, expected {CurrentVersion}: this is another Thrum's configuration";
        }

        if (Detector.Models.Count == 0 && !Detector.Baseline.Enabled)
        {
            yield return "Detector:Models is empty and Detector:Baseline:Enabled is false, expected a model with its Path or the baseline";
        }

        if (Store.Durability == Durability.Journal && (Mqtt.CleanStart || Mqtt.SessionExpiry == TimeSpan.Zero))
        {
            yield return Mqtt.CleanStart
                ? "Mqtt:CleanStart is true, expected false with Store:Durability journal: a crash would lose what the broker kept"
                : "Mqtt:SessionExpiry is 0, expected more with Store:Durability journal: a crash would lose what the broker kept";
        }

        foreach (string twice in Influx.Select(influx => influx.Id).Concat(Webhooks.Select(webhook => webhook.Id))
            .GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            yield return $"The Id '{twice}' stands more than once in Influx and Webhooks, expected every destination to have its own";
        }
    }

    /// <summary>How this gateway names itself in webhooks.</summary>
    public EventSource EventSource() => new(Name, Http.PublicUrl);

    /// <summary>A copy whose paths are absolute, those that were relative being taken from <paramref name="folder"/>.</summary>
    public ThrumOptions WithAbsolutePaths(string folder)
    {
        return this with
        {
            Mqtt = Mqtt with
            {
                PasswordFile = Absolute(Mqtt.PasswordFile),
                Tls = Mqtt.Tls with
                {
                    CaFile = Absolute(Mqtt.Tls.CaFile),
                    CertificateFile = Absolute(Mqtt.Tls.CertificateFile),
                    KeyFile = Absolute(Mqtt.Tls.KeyFile),
                },
            },
            Store = Store with { Path = Absolute(Store.Path) },
            Http = Http with
            {
                Tls = Http.Tls with { CertificateFile = Absolute(Http.Tls.CertificateFile), KeyFile = Absolute(Http.Tls.KeyFile) },
            },
            Detector = Detector with { Models = [.. Detector.Models.Select(model => model with { Path = Absolute(model.Path), Shadow = Absolute(model.Shadow) })] },
        };

        // An empty path stays empty, so that it is still found missing.
        string Absolute(string path) => string.IsNullOrWhiteSpace(path) ? path : Path.GetFullPath(path, folder);
    }
}
