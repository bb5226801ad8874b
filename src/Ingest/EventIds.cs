namespace Thrum.Ingest;

/// <summary>Event ids of this project's log messages: 1000 to 1999.</summary>
internal static class EventIds
{
    public const int MqttConnected = 1000;
    public const int MqttDisconnected = 1001;
    public const int MqttSubscriptionRefused = 1002;
    public const int MqttOversized = 1003;
    public const int MqttUnsubscribed = 1004;
    public const int MqttUnsubscribeRefused = 1005;
    public const int MqttFiltersUnknown = 1006;
    public const int BrokerClientEnded = 1010;
    public const int BrokerMessagesDropped = 1011;
    public const int MessageDropped = 1020;
    public const int ReplayInterrupted = 1021;
    public const int ReplayUnheard = 1022;
    public const int JournalRecovered = 1030;
    public const int CommandUnreadable = 1031;
    public const int UnitUndeclared = 1023;
    public const int RebirthAsked = 1040;
    public const int RebirthNotAsked = 1041;
}
