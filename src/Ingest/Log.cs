using Microsoft.Extensions.Logging;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest;

/// <summary>This project's log messages.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.MqttConnected, LogLevel.Information, "Connected to MQTT broker {Host}:{Port} with {Protocol}, session present: {SessionPresent}")]
    public static partial void MqttConnected(ILogger logger, string host, int port, MqttProtocol protocol, bool sessionPresent);

    [LoggerMessage(EventIds.MqttDisconnected, LogLevel.Warning, "No connection to MQTT broker {Host}:{Port}: {Reason}; trying again")]
    public static partial void MqttDisconnected(ILogger logger, string host, int port, string reason);

    [LoggerMessage(EventIds.MqttSubscriptionRefused, LogLevel.Error, "MQTT broker {Host}:{Port} refused the subscription to {Filter}: {Reason}")]
    public static partial void MqttSubscriptionRefused(ILogger logger, string host, int port, string filter, string reason);

    [LoggerMessage(EventIds.MqttUnsubscribed, LogLevel.Information, "Unsubscribed from {Filter} at MQTT broker {Host}:{Port}: the lasting session held it, and the configuration no longer names it")]
    public static partial void MqttUnsubscribed(ILogger logger, string host, int port, string filter);

    [LoggerMessage(EventIds.MqttUnsubscribeRefused, LogLevel.Warning, "MQTT broker {Host}:{Port} keeps the subscription to {Filter}, which the configuration no longer names: {Reason}")]
    public static partial void MqttUnsubscribeRefused(ILogger logger, string host, int port, string filter, string reason);

    [LoggerMessage(EventIds.MqttFiltersUnknown, LogLevel.Warning, "Which filters the lasting session at MQTT broker {Host}:{Port} holds is not on record: {Reason}")]
    public static partial void MqttFiltersUnknown(ILogger logger, string host, int port, string reason);

    [LoggerMessage(EventIds.MqttOversized, LogLevel.Warning, "Skipped an MQTT message of {Bytes} bytes on {Topic}; the limit is {Limit} bytes. Said once per connection")]
    public static partial void MqttOversized(ILogger logger, long bytes, string topic, int limit);

    [LoggerMessage(EventIds.MessageDropped, LogLevel.Warning, "Dropped a message on {Topic}: {Reason}, {Detail}. Said once an episode; the counters tell how many")]
    public static partial void MessageDropped(ILogger logger, string reason, string topic, string detail);

    [LoggerMessage(EventIds.JournalRecovered, LogLevel.Information, "Processed {Records} records that the journal held from before")]
    public static partial void JournalRecovered(ILogger logger, long records);

    [LoggerMessage(EventIds.CommandUnreadable, LogLevel.Error, "Record {Sequence} of the journal is a command that cannot be read; it is passed over")]
    public static partial void CommandUnreadable(ILogger logger, long sequence);

    [LoggerMessage(EventIds.ReplayInterrupted, LogLevel.Warning, "The broker went away while replaying: {Reason}; connecting again")]
    public static partial void ReplayInterrupted(ILogger logger, string reason);

    [LoggerMessage(EventIds.ReplayUnheard, LogLevel.Warning, "The broker says that nobody is subscribed to {Topics}: is a gateway running, and do its topics match? Said once")]
    public static partial void ReplayUnheard(ILogger logger, string topics);

    [LoggerMessage(EventIds.BrokerClientEnded, LogLevel.Debug, "Client {ClientId} of the in-process broker has gone: {Reason}")]
    public static partial void BrokerClientEnded(ILogger logger, string clientId, string reason);

    [LoggerMessage(EventIds.BrokerMessagesDropped, LogLevel.Warning, "The in-process broker drops messages for {ClientId}: its queue is full and nobody reads it. Said once")]
    public static partial void BrokerMessagesDropped(ILogger logger, string clientId);

    [LoggerMessage(EventIds.UnitUndeclared, LogLevel.Information, "Samples of {Axis} are said to be in {Unit}, but no entry of Machines says a Unit for it: there is no velocity and no diagnosis of the shaft. Said once")]
    public static partial void UnitUndeclared(ILogger logger, string axis, string unit);

    [LoggerMessage(EventIds.RebirthAsked, LogLevel.Information, "Asked Sparkplug node {Node} of group {Group} for its birth: {Why}")]
    public static partial void RebirthAsked(ILogger logger, string group, string node, string why);

    [LoggerMessage(EventIds.RebirthNotAsked, LogLevel.Warning, "Sparkplug nodes could not be asked for their births: {Reason}; tried again after a minute")]
    public static partial void RebirthNotAsked(ILogger logger, string reason);
}
