namespace Thrum.Sink;

/// <summary>Ids of this project's log events, from 3000.</summary>
internal static class EventIds
{
    public const int OutageBegan = 3000;
    public const int OutageEnded = 3001;
    public const int AccessRefused = 3002;
    public const int PointsRefused = 3003;
    public const int RefusalsEnded = 3004;
    public const int SpillBegan = 3005;
    public const int SpillEnded = 3006;
    public const int OutboxFull = 3007;
    public const int KeptAtShutdown = 3008;
    public const int LostAtShutdown = 3009;
    public const int RefusedPointsLost = 3010;
    public const int StoreOpened = 3020;
    public const int StoreMigrated = 3021;
    public const int StoreFailing = 3022;
    public const int StoreRecovered = 3023;
    public const int StoreWriterEnded = 3024;
    public const int TrimFailed = 3025;
    public const int HistoryRefused = 3026;
    public const int StoreRescued = 3027;
    public const int HistoryFull = 3028;
    public const int JournalOpened = 3050;
    public const int JournalFull = 3051;
    public const int JournalHasRoom = 3052;
    public const int JournalBatchDamaged = 3053;
    public const int WebhookRefused = 3030;
    public const int WebhookOverflow = 3031;
    public const int WebhookGone = 3032;
    public const int WebhookExpired = 3033;
    public const int DrainDeadlinePassed = 3040;
    public const int DestinationFailed = 3041;
    public const int InputNotEnded = 3042;
}
