using Thrum.Detector;
using Thrum.Sink.LineProtocol;

namespace Thrum.Sink.Influx;

/// <summary>Which of InfluxDB's write addresses is used.</summary>
public enum InfluxApi
{
    /// <summary><c>/api/v2/write</c>: InfluxDB 2 and 3, VictoriaMetrics.</summary>
    V2,

    /// <summary><c>/write</c>: InfluxDB 1.</summary>
    V1,
}

/// <summary>Who talks to the server.</summary>
public enum InfluxClientKind
{
    /// <summary>Thrum's own writer.</summary>
    Thrum,

    /// <summary>The package InfluxDB.Client, in a program built with <c>-p:ExternalAdapters=true</c>; <see cref="InfluxApi.V2"/> only.</summary>
    InfluxDbClient,
}

/// <summary>When bodies are compressed.</summary>
public enum GzipMode
{
    /// <summary>Unless the server is on this machine, where it costs more than it saves.</summary>
    Auto,

    /// <summary>Never.</summary>
    Off,

    /// <summary>Always.</summary>
    On,
}

/// <summary>Settings of one InfluxDB destination.</summary>
public sealed record InfluxOptions : ICrossChecked
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string Section = "Influx";

    /// <summary>Name of the destination in logs, counters and the outbox: letters, digits, <c>-</c> and <c>_</c>, no stage's name; keep it when other settings change.</summary>
    public string Id { get; init; } = "influx";

    /// <summary>
    /// Address of the server, or the full write address: one whose path ends in <c>/write</c> and that has a query is used as it is,
    /// and must ask for nanoseconds (their default).
    /// </summary>
    public string Url { get; init; } = "";

    /// <summary>Which write address is used. Default <see cref="InfluxApi.V2"/>.</summary>
    public InfluxApi Api { get; init; } = InfluxApi.V2;

    /// <summary>Who talks to the server. Default <see cref="InfluxClientKind.Thrum"/>.</summary>
    public InfluxClientKind Client { get; init; }

    /// <summary>Organisation (v2).</summary>
    public string Org { get; init; } = "";

    /// <summary>Bucket (v2).</summary>
    public string Bucket { get; init; } = "";

    /// <summary>Token (v2, v3). Never logged.</summary>
    public string Token { get; init; } = "";

    /// <summary>Database (v1).</summary>
    public string Database { get; init; } = "";

    /// <summary>User (v1); empty for none.</summary>
    public string User { get; init; } = "";

    /// <summary>Password (v1). Never logged.</summary>
    public string Password { get; init; } = "";

    /// <summary>Points per request. Default 5000, which InfluxDB's makers advise.</summary>
    public int BatchPoints { get; init; } = 5000;

    /// <summary>Longest time a point waits for others. Default 1 s.</summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of full bodies that wait in memory; beyond, bodies go through the outbox. Default 16 MiB.</summary>
    public long QueueBytes { get; init; } = 16L << 20;

    /// <summary>Bytes this destination may have in the outbox on disk; beyond, reading waits. Default 1 GiB.</summary>
    public long OutboxBytes { get; init; } = 1L << 30;

    /// <summary>When bodies are compressed. Default <see cref="GzipMode.Auto"/>.</summary>
    public GzipMode Gzip { get; init; } = GzipMode.Auto;

    /// <summary>Longest time for one request. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the second attempt; doubled each time, with jitter. Default 0.5 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest wait between attempts, and the wait when access is refused. Default 30 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Which fields are written. Default all.</summary>
    public LineFields Fields { get; init; } = LineFields.All;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        OptionChecks checks = new();
        checks.Id(nameof(Id), Id);
        bool isUrl = checks.Url(nameof(Url), Url, "http://127.0.0.1:8086");
        bool complete = isUrl && InfluxEndpoint.IsComplete(new Uri(Url));
        checks.Check(complete || Api != InfluxApi.V2 || Bucket.Length > 0, nameof(Bucket), "empty", "the name of a bucket");
        checks.Check(complete || Api != InfluxApi.V1 || Database.Length > 0, nameof(Database), "empty", "the name of a database");
        checks.Check(
            Client == InfluxClientKind.Thrum || InfluxClients.HasPackage, nameof(Client), $"{Client}",
            "Thrum: this program was built without InfluxDB.Client (-p:ExternalAdapters=true)");
        checks.Check(Client == InfluxClientKind.Thrum || (Api == InfluxApi.V2 && !complete), nameof(Client), $"{Client}", "Thrum, or Api V2 with a Url that is the server's root");
        checks.Check(BatchPoints is >= 1 and <= 1_000_000, nameof(BatchPoints), FormattableString.Invariant($"{BatchPoints}"), "1 to 1000000");
        checks.AtLeast(nameof(QueueBytes), QueueBytes, 1 << 20);
        checks.AtLeast(nameof(OutboxBytes), OutboxBytes, 1 << 20);
        checks.Between(nameof(BatchDelay), BatchDelay, OptionChecks.Shortest, TimeSpan.FromHours(1));
        checks.Retries(Timeout, RetryDelay, MaxRetryDelay);
        return checks.Faults;
    }

    /// <summary>The settings without their secrets.</summary>
    public override string ToString() => $"{Section} {Id} at {Url}";
}
