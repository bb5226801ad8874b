using Microsoft.Extensions.Logging;
using Thrum.Detector;
using Thrum.Detector.Durability;

namespace Thrum.Ingest.Mqtt;

/// <summary>
/// What a session asks its broker for, and takes back: filters of a lasting session that the options no longer name. They are known from a record, which
/// is written before a filter is subscribed and after it was unsubscribed, so that a crash in between forgets none. Not thread-safe.
/// </summary>
internal sealed class Subscriptions(MqttSessionOptions options, ISubscriptionRecord? record, SessionState state, ILogger logger)
{
    private readonly HashSet<string> _wanted = [.. options.Subscriptions.Select(subscription => subscription.Filter)];
    private MqttServer _server;
    private string[] _dropped = [];

    /// <summary>True while filters wait for the broker's answer to UNSUBSCRIBE.</summary>
    public bool AreAwaited => _dropped.Length > 0;

    private bool IsLasting => options.ClientId.Length > 0 && (!options.CleanStart || options.SessionExpiry > TimeSpan.Zero);

    /// <summary>Records what is about to be subscribed; what this returns is to be unsubscribed.</summary>
    public async ValueTask<IReadOnlyList<string>> PrepareAsync(MqttServer server, bool sessionPresent, CancellationToken ct)
    {
        (_server, _dropped) = (server, []);
        if (record is not null && IsLasting)
        {
            try
            {
                IReadOnlyList<HeldFilter> held = await record.ReadAsync(options.ClientId, ct);
                // Brokers may share their sessions, so what was subscribed at another may be held by this one too.
                _dropped = sessionPresent ? [.. held.Select(filter => filter.Filter).Except(_wanted)] : [];
                if (!held.Where(filter => filter.Broker == server.ToString()).Select(filter => filter.Filter).ToHashSet().SetEquals([.. _wanted, .. _dropped]))
                {
                    await record.WriteAsync(options.ClientId, server.ToString(), [.. _wanted, .. _dropped], ct);
                }
            }
            catch (ThrumException e)
            {
                Log.MqttFiltersUnknown(logger, server.Host, server.Port, e.Message);
            }
        }

        state.IsTidy = !AreAwaited;
        return _dropped;
    }

    /// <summary>The broker answered SUBSCRIBE.</summary>
    /// <param name="codes">One for each subscription: 0x80 and above refuses it.</param>
    /// <exception cref="MqttException">It refused them all.</exception>
    public void OnSubscribed(ReadOnlySpan<byte> codes)
    {
        int refused = 0;
        string? reason = null;
        for (int i = 0; i < Math.Min(codes.Length, options.Subscriptions.Count); i++)
        {
            if (codes[i] >= 0x80)
            {
                refused++;
                reason = $"the broker refused the subscription to {options.Subscriptions[i].Filter}: {ReasonText.Of(codes[i])}";
                Log.MqttSubscriptionRefused(logger, options.Host, options.Port, options.Subscriptions[i].Filter, ReasonText.Of(codes[i]));
            }
        }

        if (reason is not null && refused == options.Subscriptions.Count)
        {
            throw new MqttException(reason);
        }

        state.OnSubscribed(reason);
    }

    /// <summary>The broker answered UNSUBSCRIBE; a filter that it keeps is asked for again by the next run.</summary>
    /// <param name="codes">One for each filter: 0x80 and above refuses it. None with MQTT 3.1.1, where all are granted.</param>
    /// <param name="ct">Ends the wait for the record.</param>
    public async ValueTask OnUnsubscribedAsync(byte[] codes, CancellationToken ct)
    {
        List<string> kept = [.. _wanted];
        for (int i = 0; i < _dropped.Length; i++)
        {
            if (i < codes.Length && codes[i] >= 0x80)
            {
                kept.Add(_dropped[i]);
                Log.MqttUnsubscribeRefused(logger, _server.Host, _server.Port, _dropped[i], ReasonText.Of(codes[i]));
            }
            else
            {
                Log.MqttUnsubscribed(logger, _server.Host, _server.Port, _dropped[i]);
            }
        }

        _dropped = [];
        state.IsTidy = true;
        try
        {
            await record!.WriteAsync(options.ClientId, _server.ToString(), kept, ct);
        }
        catch (ThrumException e)
        {
            Log.MqttFiltersUnknown(logger, _server.Host, _server.Port, e.Message);
        }
    }
}
