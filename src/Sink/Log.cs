using Microsoft.Extensions.Logging;

namespace Thrum.Sink;

/// <summary>Every log message of this project; each is written once per episode, never per point.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.OutageBegan, LogLevel.Warning, "{Destination} cannot be reached (\"{Words}\"): trying again until it can; nothing is dropped")]
    public static partial void OutageBegan(this ILogger logger, string destination, string words);

    [LoggerMessage(EventIds.OutageEnded, LogLevel.Information, "{Destination} is reached again after {Seconds:F1} s and {Attempts} failed attempts")]
    public static partial void OutageEnded(this ILogger logger, string destination, double seconds, long attempts);

    [LoggerMessage(
        EventIds.AccessRefused, LogLevel.Error,
        "{Destination} refuses access (\"{Words}\"): check its address, names and credentials; it is tried again slowly and nothing is dropped")]
    public static partial void AccessRefused(this ILogger logger, string destination, string words);

    [LoggerMessage(
        EventIds.PointsRefused, LogLevel.Error,
        "{Destination} refuses points (\"{Words}\"), the first of series \"{Series}\": they are kept as dead letters and counted as dropped, the others are delivered")]
    public static partial void PointsRefused(this ILogger logger, string destination, string words, string series);

    [LoggerMessage(EventIds.RefusedPointsLost, LogLevel.Error, "{Destination}: refused points could not be kept as dead letters (\"{Words}\"); they are counted as dropped")]
    public static partial void RefusedPointsLost(this ILogger logger, string destination, string words);

    [LoggerMessage(EventIds.RefusalsEnded, LogLevel.Information, "{Destination} takes all points again; {Points} were refused")]
    public static partial void RefusalsEnded(this ILogger logger, string destination, long points);

    [LoggerMessage(EventIds.SpillBegan, LogLevel.Warning, "{Destination} is behind: points go through the outbox on disk")]
    public static partial void SpillBegan(this ILogger logger, string destination);

    [LoggerMessage(EventIds.SpillEnded, LogLevel.Information, "{Destination} has caught up: the outbox is empty")]
    public static partial void SpillEnded(this ILogger logger, string destination);

    [LoggerMessage(EventIds.OutboxFull, LogLevel.Error, "{Destination} has filled its outbox ({Bytes} bytes): reading waits until there is room, nothing is dropped")]
    public static partial void OutboxFull(this ILogger logger, string destination, long bytes);

    [LoggerMessage(EventIds.KeptAtShutdown, LogLevel.Information, "{Destination} leaves {Points} points in the outbox for the next start")]
    public static partial void KeptAtShutdown(this ILogger logger, string destination, long points);

    [LoggerMessage(EventIds.LostAtShutdown, LogLevel.Error, "{Destination} loses {Points} points that could not be delivered before the end: {Reason}")]
    public static partial void LostAtShutdown(this ILogger logger, string destination, long points, string reason);

    [LoggerMessage(EventIds.StoreOpened, LogLevel.Information, "Local store {Path} is open, version {Version}")]
    public static partial void StoreOpened(this ILogger logger, string path, int version);

    [LoggerMessage(EventIds.StoreMigrated, LogLevel.Information, "Local store {Path} was brought from version {From} to {To}")]
    public static partial void StoreMigrated(this ILogger logger, string path, int from, int to);

    [LoggerMessage(
        EventIds.StoreRescued, LogLevel.Error,
        "Local store {Path} was damaged (\"{Words}\") and was made anew of what could be read: {Result}; the damaged file is kept as {Kept}")]
    public static partial void StoreRescued(this ILogger logger, string path, string words, string result, string kept);

    [LoggerMessage(EventIds.StoreFailing, LogLevel.Error, "Local store {Path} cannot be written (\"{Words}\"): it is opened and checked anew until it can; nothing is dropped")]
    public static partial void StoreFailing(this ILogger logger, string path, string words);

    [LoggerMessage(EventIds.StoreRecovered, LogLevel.Information, "Local store {Path} is written again after {Seconds:F1} s")]
    public static partial void StoreRecovered(this ILogger logger, string path, double seconds);

    [LoggerMessage(EventIds.StoreWriterEnded, LogLevel.Critical, "Local store {Path} is no longer written")]
    public static partial void StoreWriterEnded(this ILogger logger, Exception error, string path);

    [LoggerMessage(EventIds.TrimFailed, LogLevel.Error, "Local store {Path} could not be trimmed (\"{Words}\"): it is tried again every minute")]
    public static partial void TrimFailed(this ILogger logger, string path, string words);

    [LoggerMessage(
        EventIds.HistoryFull, LogLevel.Warning,
        "The history in {Path} has reached Store:HistoryBytes ({Bytes}): its oldest rows go from now on ({Rows} at first), then the oldest transitions")]
    public static partial void HistoryFull(this ILogger logger, string path, long bytes, long rows);

    [LoggerMessage(EventIds.HistoryRefused, LogLevel.Error, "Score history was refused (\"{Words}\"): it is counted as dropped, and the next is tried")]
    public static partial void HistoryRefused(this ILogger logger, string words);

    [LoggerMessage(EventIds.JournalOpened, LogLevel.Information, "Journal {Path} is open: {Bytes} bytes, the newest record is {Last}")]
    public static partial void JournalOpened(this ILogger logger, string path, long bytes, long last);

    [LoggerMessage(EventIds.JournalFull, LogLevel.Error, "Journal {Path} is full ({Bytes} bytes): nothing is acknowledged until there is room, and nothing is dropped")]
    public static partial void JournalFull(this ILogger logger, string path, long bytes);

    [LoggerMessage(EventIds.JournalHasRoom, LogLevel.Information, "Journal {Path} has room again")]
    public static partial void JournalHasRoom(this ILogger logger, string path);

    [LoggerMessage(EventIds.JournalBatchDamaged, LogLevel.Error, "Journal {Path} is damaged: the batch of the records {From} to {To} does not read as it was written and is skipped")]
    public static partial void JournalBatchDamaged(this ILogger logger, string path, long from, long to);

    [LoggerMessage(EventIds.WebhookRefused, LogLevel.Error, "{Destination} refuses event {Event} (\"{Words}\"): it is counted as dropped")]
    public static partial void WebhookRefused(this ILogger logger, string destination, string @event, string words);

    [LoggerMessage(EventIds.WebhookOverflow, LogLevel.Error, "{Destination} has more than {Limit} events waiting: the oldest are dropped and counted")]
    public static partial void WebhookOverflow(this ILogger logger, string destination, int limit);

    [LoggerMessage(EventIds.WebhookGone, LogLevel.Error, "{Destination} says that it is gone (410): nothing is sent there until the next start; {Waiting} events are kept")]
    public static partial void WebhookGone(this ILogger logger, string destination, long waiting);

    [LoggerMessage(EventIds.WebhookExpired, LogLevel.Error, "{Destination} could not be given event {Event} within {MaxAge}: it is counted as dropped")]
    public static partial void WebhookExpired(this ILogger logger, string destination, string @event, TimeSpan maxAge);

    [LoggerMessage(EventIds.DrainDeadlinePassed, LogLevel.Warning, "{Destination} did not finish within the drain deadline")]
    public static partial void DrainDeadlinePassed(this ILogger logger, string destination);

    [LoggerMessage(EventIds.DestinationFailed, LogLevel.Error, "{Destination} failed while completing")]
    public static partial void DestinationFailed(this ILogger logger, Exception error, string destination);

    [LoggerMessage(EventIds.InputNotEnded, LogLevel.Warning, "Scores still come after delivery has ended: the last are not counted")]
    public static partial void InputNotEnded(this ILogger logger);
}
