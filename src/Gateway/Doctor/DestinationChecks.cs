using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Thrum.Sink.Influx;
using Thrum.Sink.Webhooks;

namespace Thrum.Gateway.Doctor;

/// <summary>Looks at databases, webhooks and the clock, without writing or sending anything.</summary>
internal static class DestinationChecks
{
    private static readonly TimeSpan LookUp = TimeSpan.FromSeconds(5);

    /// <summary>Each database, and the clock against its.</summary>
    public static async Task<IReadOnlyList<Finding>> DatabaseAsync(InfluxOptions influx, TimeProvider time, CancellationToken cancellationToken)
    {
        string check = $"database {influx.Id}";
        InfluxAnswer answer = await InfluxProbe.AskAsync(influx, time, cancellationToken).ConfigureAwait(false);
        string host = Secrets.Host(influx.Url);
        Finding finding = !answer.IsReached ? Finding.Fail(check, $"{host} does not answer: {answer.Words}", "check its Url, and whether the database runs")
            : !answer.IsPermitted ? Finding.Fail(check, $"{host} refuses writes: {answer.Words}", "check Token, or User and Password, and Org, Bucket or Database")
            : Finding.Ok(check, $"{host} would take points");
        return answer.ServerTime is { } serverTime ? [finding, JudgeClock(influx.Id, time.GetUtcNow() - serverTime)] : [finding];
    }

    /// <summary>What a difference of clocks means; a server tells whole seconds.</summary>
    internal static Finding JudgeClock(string server, TimeSpan ahead)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"this machine is {Math.Abs(ahead.TotalSeconds):0} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} {server}");
        const string Advice = "let both machines keep time by NTP; samples stamped by another clock are judged by this one";
        return ahead.Duration() < TimeSpan.FromSeconds(3) ? Finding.Ok("clock", $"agrees with {server}'s to a second or two")
            : ahead.Duration() < TimeSpan.FromMinutes(1) ? Finding.Warn("clock", text, Advice) : Finding.Fail("clock", text, Advice);
    }

    /// <summary>Whether a webhook's host has an address.</summary>
    public static async Task<Finding> WebhookAsync(WebhookOptions webhook, TimeProvider time, CancellationToken cancellationToken)
    {
        string check = $"webhook {webhook.Id}";
        string host = new Uri(webhook.Url).Host;
        using var timeout = new CancellationTokenSource(LookUp, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host.Trim('[', ']'), either.Token).ConfigureAwait(false);
            return Finding.Ok(check, $"{host} is {string.Join(", ", addresses.AsEnumerable())}; nothing was sent ('thrum webhook test' does)");
        }
        catch (Exception e) when (e is SocketException or ArgumentException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Finding.Fail(check, $"{host} has no address: {(e is OperationCanceledException ? "no answer from the name server" : e.Message)}", "check its Url and this machine's name server");
        }
    }
}
