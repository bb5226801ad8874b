using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Thrum.Detector;
using Thrum.Detector.Windows;
using Thrum.Ingest.Broker;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Sparkplug;
using Thrum.Ingest.Topics;
using Thrum.Spectral.Units;

namespace Thrum.Ingest.Pipeline;

/// <summary>The broker and what to subscribe to; the section <c>Mqtt</c> of the configuration.</summary>
public sealed record MqttOptions : ICrossChecked
{
    /// <summary>Section name in the configuration.</summary>
    public const string Section = "Mqtt";

    /// <summary>Whose client receives: <c>thrum</c>, or <c>mqttnet</c> in a build that has the adapter for MQTTnet.</summary>
    public MqttClientKind Client { get; init; }

    /// <summary>Broker host name or address.</summary>
    [Required]
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Broker port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 1883;

    /// <summary>Further brokers of the same cluster, <c>host:port</c> separated by commas, asked in order when the first does not answer.</summary>
    public string Fallbacks { get; init; } = "";

    /// <summary>False: a broker that names another one is only quoted, not obeyed (MQTT 5).</summary>
    public bool FollowRedirects { get; init; } = true;

    /// <summary>What carries the bytes.</summary>
    public MqttTransportKind Transport { get; init; }

    /// <summary>Path of the WebSocket endpoint.</summary>
    [RegularExpression("^/.*$", ErrorMessage = "a path that begins with /")]
    public string WebSocketPath { get; init; } = "/mqtt";

    /// <summary>Certificates, for the transports with TLS.</summary>
    public MqttTlsOptions Tls { get; init; } = new();

    /// <summary>The gateway's own state on the broker.</summary>
    public MqttWillOptions Will { get; init; } = new();

    /// <summary>User name; empty for none.</summary>
    public string User { get; init; } = "";

    /// <summary>Password; better kept in <see cref="PasswordFile"/> or the environment (<c>THRUM__Mqtt__Password</c>). Never printed.</summary>
    public string Password { get; init; } = "";

    /// <summary>File whose first line is the password.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>Client id; the broker keeps the session under it, so two gateways must not share one.</summary>
    [Required]
    public string ClientId { get; init; } = "thrum";

    /// <summary>True to discard the session the broker kept; messages that arrived while Thrum was away are then lost.</summary>
    public bool CleanStart { get; init; }

    /// <summary>How long the broker keeps the session after a disconnection (MQTT 5; MQTT 3.1.1 keeps it for good).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Longest silence between packets before a ping.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "18:00:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>auto</c> tries MQTT 5 and falls back to 3.1.1; <c>5</c> or <c>3.1.1</c> insist.</summary>
    [RegularExpression("^(auto|5|3\\.1\\.1)$", ErrorMessage = "auto, 5 or 3.1.1")]
    public string Protocol { get; init; } = "auto";

    /// <summary>Largest message that is taken; larger ones are skipped and counted. Bytes.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most QoS 1 and 2 messages that the broker may send before the first is acknowledged (MQTT 5); 0 for 65535, with <c>mqttnet</c> 1000, which is what bounds its queue.</summary>
    [Range(0, 65535)]
    public int ReceiveMaximum { get; init; }

    /// <summary>
    /// How far a time stamp may lie ahead of this machine's clock; messages stamped later are dropped as <c>badTime</c>, for one such
    /// stamp would make everything after it late.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan MaxStampAhead { get; init; } = TimeSpan.FromHours(1);

    /// <summary>False: Sparkplug nodes are never asked to say their births again.</summary>
    public bool AskForBirths { get; init; } = true;

    /// <summary>The topics, asked in order: the first whose template matches decodes a message.</summary>
    [MinLength(1)]
    public IReadOnlyList<TopicOptions> Topics { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!MqttSessions.Has(Client))
        {
            yield return "Client is 'mqttnet', expected 'thrum': this build has no adapter for MQTTnet, one with -p:ExternalAdapters=true has";
        }

        if (Host.Contains("://", StringComparison.Ordinal))
        {
            // Not quoted whole: it may hold a password.
            yield return $"Host begins with '{Host[..(Host.IndexOf("://", StringComparison.Ordinal) + 3)]}', expected the host's name alone: Port, Transport, User and Password are settings of their own";
        }

        foreach (string fallback in FallbackTexts().Where(text => !MqttServer.TryParse(text, Port, out _)))
        {
            yield return $"Fallbacks has '{fallback}', expected host or host:port, separated by commas";
        }

        if (Password.Length > 0 && PasswordFile.Length > 0)
        {
            yield return "Password and PasswordFile are both set, expected one of them";
        }

        if (PasswordFile.Length > 0 && PasswordFileFault() is { } fault)
        {
            yield return $"PasswordFile is '{PasswordFile}', expected {fault}";
        }
    }

    /// <summary>The fallbacks one by one.</summary>
    internal IEnumerable<string> FallbackTexts() => Fallbacks.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string? PasswordFileFault()
    {
        if (!File.Exists(PasswordFile))
        {
            return "a file that exists";
        }

        try
        {
            _ = File.ReadLines(PasswordFile).FirstOrDefault();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"a file that can be read: {e.Message}";
        }
    }

    /// <summary>Everything but the password.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{Host}:{Port}, ClientId = {ClientId}, User = {User}, PasswordFile = {PasswordFile}, ")
            .Append(CultureInfo.InvariantCulture, $"Protocol = {Protocol}, Topics = {Topics.Count}");
        return true;
    }
}

/// <summary>One kind of topic: where machine, sensor and axis stand in it and how its payload is read.</summary>
public sealed record TopicOptions : ICrossChecked
{
    /// <summary>Topic with placeholders, such as <c>vibration/{machine}/{sensor}/{axis}</c>.</summary>
    [Required]
    public string Template { get; init; } = "";

    /// <summary>The machine, where the template has no <c>{machine}</c>.</summary>
    public string Machine { get; init; } = "";

    /// <summary>The sensor, where the template has no <c>{sensor}</c>; empty for <c>default</c>.</summary>
    public string Sensor { get; init; } = "";

    /// <summary>The axis, where the template has no <c>{axis}</c> and the payload names none; empty for <c>default</c>.</summary>
    public string Axis { get; init; } = "";

    /// <summary>Subscription filter where the template's own is not wanted, for instance <c>$share/group/vibration/#</c>.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Quality of service to subscribe with.</summary>
    [Range(0, 2)]
    public int Qos { get; init; } = 1;

    /// <summary>Payload format: <c>f32le</c>, <c>i16le</c>, <c>json</c> and the others of docs/configuration.md.</summary>
    [Required]
    public string Format { get; init; } = "f32le";

    /// <summary>How payloads are compressed; what they unpack to is bounded by <see cref="MqttOptions.MaxMessageBytes"/>.</summary>
    public PayloadCompression Compression { get; init; }

    /// <summary>Sampling rate of messages that do not say theirs, Hz; 0 when every message does.</summary>
    [Range(0.0, SampleGrid.HighestRateHz)]
    public double SampleRateHz { get; init; }

    /// <summary>Factor from payload numbers to engineering units.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Added after scaling, in engineering units.</summary>
    public double Offset { get; init; }

    /// <summary>Unit of messages that do not say theirs: <c>g</c>, <c>m/s2</c>, <c>mm/s</c> or <c>um</c>; empty for that of <c>Machines</c>.</summary>
    public string Unit { get; init; } = "";

    /// <summary>True for the format <c>sparkplug</c>, whose template names metrics, not topics.</summary>
    internal bool IsSparkplug => Format.Equals(SparkplugPath.FormatName, StringComparison.OrdinalIgnoreCase);

    /// <summary>The names that the template has not.</summary>
    internal TopicNames Names => new(Machine, Sensor, Axis);

    /// <summary>What to subscribe to.</summary>
    internal string Subscription =>
        Filter.Length > 0 ? Filter : IsSparkplug ? SparkplugPath.FilterOf(Template) : TopicTemplate.Parse(Template, Names).Filter;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (IsSparkplug && SparkplugPath.FaultOf(Template) is { } wanted)
        {
            yield return $"Template is '{Template}' and Format sparkplug: {wanted}";
        }

        if (IsSparkplug && Compression != PayloadCompression.None)
        {
            yield return $"Compression is {Compression} and Format sparkplug, expected None";
        }

        if (Template.Length > 0 && TemplateFault() is { } fault)
        {
            yield return $"Template is '{Template}': {fault}";
        }

        if (Filter.Length > 0 && (!TopicFilter.IsValidSubscription(Filter) || Encoding.UTF8.GetByteCount(Filter) > ushort.MaxValue))
        {
            yield return $"Filter is '{Filter}', expected an MQTT topic filter of at most 65535 bytes: + for a whole level, # for the last one only";
        }

        if (SampleRateHz is > 0 and < SampleGrid.LowestRateHz)
        {
            yield return $"SampleRateHz is {SampleRateHz}, expected 0 or at least {SampleGrid.LowestRateHz}";
        }

        if (Unit.Length > 0 && VibrationUnits.Parse(Unit) is null)
        {
            yield return $"Unit is '{Unit}', expected {VibrationUnits.Symbols}";
        }

        if (!IsSparkplug && !PayloadFormats.TryParse(Format, out _))
        {
            yield return $"Format is '{Format}', expected one of {string.Join(", ", PayloadFormats.Names)}, {SparkplugPath.FormatName}";
        }
    }

    private string? TemplateFault()
    {
        try
        {
            TopicTemplate.Parse(Template, Names);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
