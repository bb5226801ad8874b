using System.Globalization;
using Thrum.Ingest.Mqtt;

namespace Thrum.Gateway.Doctor;

/// <summary>Looks at the broker as the gateway would see it, under another client id, so that a running gateway keeps its session.</summary>
internal sealed class BrokerCheck(MqttSessionOptions configured, TimeProvider time, ILoggerFactory loggers)
{
    private const string DroppedTopic = "$SYS/broker/publish/messages/dropped";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ForStatistics = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ExpirySoon = TimeSpan.FromDays(30);

    private readonly MqttSessionOptions _options = configured with
    {
        ClientId = $"{configured.ClientId}-doctor-{Environment.ProcessId}",
        CleanStart = true,
        SessionExpiry = TimeSpan.Zero,
        Will = null,
        Subscriptions = [.. configured.Subscriptions.Select(Unshared)],
    };

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        if (_options.Transport is MqttTransportKind.Tls or MqttTransportKind.WebSocketTls)
        {
            foreach (MqttServer server in (MqttServer[])[new(_options.Host, _options.Port), .. _options.Fallbacks])
            {
                findings.Add(await CertificateAsync(server, cancellationToken).ConfigureAwait(false));
            }
        }
        else if (_options.Password is not null && _options.Host is not ("127.0.0.1" or "localhost" or "::1"))
        {
            findings.Add(Finding.Warn("broker security", "the password goes to the broker unencrypted", "set Mqtt:Transport to tls, if the broker offers it"));
        }

        (bool isConnected, string? fault, _) = await AskAsync(_options, null, cancellationToken).ConfigureAwait(false);
        if (!isConnected)
        {
            findings.Add(Finding.Fail("broker", fault ?? "no answer", AdviceOn(fault ?? "")));
            return findings;
        }

        string who = _options.User is null ? "without a user" : $"as user {_options.User}";
        findings.Add(Finding.Ok("broker", string.Create(CultureInfo.InvariantCulture, $"{_options.Host}:{_options.Port} let us in {who}")));
        findings.Add(fault is null
            ? Finding.Ok("subscriptions", $"granted: {string.Join(", ", configured.Subscriptions.Select(subscription => subscription.Filter))}")
            : Finding.Fail("subscriptions", fault, "allow the user to subscribe to it in the broker's access rules, or correct Mqtt:Topics"));
        findings.Add(await DroppedAsync(cancellationToken).ConfigureAwait(false));
        return findings;
    }

    private async Task<Finding> CertificateAsync(MqttServer server, CancellationToken cancellationToken)
    {
        string check = $"certificate of {server}";
        BrokerCertificate? seen;
        try
        {
            seen = await BrokerCertificate.ReadAsync(_options with { Host = server.Host, Port = server.Port }, time, cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException e)
        {
            return Finding.Fail(check, e.Message, "correct the files of Mqtt:Tls");
        }

        return seen is null
            ? Finding.Warn(check, "none was shown", "see what is said of the broker; does this port speak TLS?")
            : JudgeCertificate(check, seen, time.GetUtcNow());
    }

    /// <summary>What a certificate means now.</summary>
    internal static Finding JudgeCertificate(string check, BrokerCertificate seen, DateTimeOffset now)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{seen.Subject}, valid from {seen.NotBefore:yyyy-MM-dd} to {seen.NotAfter:yyyy-MM-dd}");
        return now > seen.NotAfter ? Finding.Fail(check, $"{text}: it has expired", "renew the broker's certificate")
            : now < seen.NotBefore ? Finding.Fail(check, $"{text}: it is not valid yet", "is the clock of this machine right?")
            : !seen.IsTrusted ? Finding.Fail(check, $"{text}: it is not trusted, or names another host", "set Mqtt:Tls:CaFile to its authority, or Mqtt:Tls:ServerName to the name it carries")
            : seen.NotAfter - now < ExpirySoon ? Finding.Warn(check, $"{text}: it expires soon", "renew the broker's certificate")
            : Finding.Ok(check, text);
    }

    private async Task<Finding> DroppedAsync(CancellationToken cancellationToken)
    {
        var newest = new NewestMessage();
        await AskAsync(_options with { Subscriptions = [new MqttSubscription(DroppedTopic, MqttQos.AtMostOnce)] }, newest, cancellationToken).ConfigureAwait(false);
        return JudgeDropped(newest.Text);
    }

    /// <summary>What the broker's count of messages dropped means; null where it has none.</summary>
    internal static Finding JudgeDropped(string? text)
    {
        const string Check = "broker drops";
        return !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long dropped) ? Finding.Ok(Check, $"the broker does not tell ({DroppedTopic})")
            : dropped == 0 ? Finding.Ok(Check, "none since the broker started")
            : Finding.Warn(Check, string.Create(CultureInfo.InvariantCulture, $"the broker dropped {dropped} messages since it started"), "raise its limits on queued messages and bytes (mosquitto: max_queued_messages, max_queued_bytes)");
    }

    /// <summary>Connects until everything is subscribed or something is wrong; with a handler also until its first message, or a while.</summary>
    private async Task<(bool IsConnected, string? Fault, bool IsSubscribed)> AskAsync(MqttSessionOptions options, NewestMessage? wanted, CancellationToken cancellationToken)
    {
        var session = new MqttSession(options, time, loggers.CreateLogger<MqttSession>());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task receiving = session.RunAsync(wanted ?? new NewestMessage(), stop.Token);
        long started = time.GetTimestamp();
        while (!session.IsSubscribed && session.LastFault is null && time.GetElapsedTime(started) < options.ConnectTimeout)
        {
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }

        (bool isConnected, string? fault, bool isSubscribed) = (session.Connections > 0, session.IsSubscribed ? null : session.LastFault ?? "the broker did not answer SUBSCRIBE", session.IsSubscribed);
        started = time.GetTimestamp();
        while (wanted is { Text: null } && isSubscribed && time.GetElapsedTime(started) < ForStatistics)
        {
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(false);
        return (isConnected, fault, isSubscribed);
    }

    /// <summary>A member of a shared subscription would take messages away from the gateway.</summary>
    private static MqttSubscription Unshared(MqttSubscription subscription) =>
        subscription.Filter.StartsWith("$share/", StringComparison.Ordinal) ? subscription with { Filter = subscription.Filter.Split('/', 3)[2] } : subscription;

    private static string AdviceOn(string fault) =>
        fault.Contains("user", StringComparison.OrdinalIgnoreCase) || fault.Contains("authori", StringComparison.OrdinalIgnoreCase)
            ? "check Mqtt:User and Mqtt:Password or PasswordFile; a broker that ties users to client ids may also refuse the doctor's own"
            : fault.Contains("certificate", StringComparison.OrdinalIgnoreCase) || fault.Contains("TLS", StringComparison.OrdinalIgnoreCase) ? "check Mqtt:Transport and Mqtt:Tls"
            : "check Mqtt:Host, Mqtt:Port and Mqtt:Transport, and whether the broker runs and a firewall lets us through";
}
