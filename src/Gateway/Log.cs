using Thrum.Detector.Samples;

namespace Thrum.Gateway;

/// <summary>The log messages of this project.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.Started, LogLevel.Information, "Started: broker {Host}:{Port}, page {Page}")]
    public static partial void Started(ILogger logger, string host, int port, string page);

    [LoggerMessage(EventIds.Stopped, LogLevel.Information, "Stopped after {Messages} messages and {Windows} windows")]
    public static partial void Stopped(ILogger logger, long messages, long windows);

    [LoggerMessage(EventIds.NonFiniteWindow, LogLevel.Warning,
        "{Axis} sends samples that are not finite numbers: the windows they fall in get the status nonFinite and no score. Said once an episode; the counters tell how many")]
    public static partial void NonFiniteWindow(ILogger logger, AxisId axis);

    [LoggerMessage(EventIds.DrainDeadlinePassed, LogLevel.Error,
        "Not everything was delivered within DrainDeadline ({Deadline}); the rest is lost, but for what the outbox holds")]
    public static partial void DrainDeadlinePassed(ILogger logger, TimeSpan deadline);

    [LoggerMessage(EventIds.AlarmRaised, LogLevel.Warning, "Raised {Severity}: {Message}")]
    public static partial void AlarmRaised(ILogger logger, string severity, string message);

    [LoggerMessage(EventIds.AlarmChanged, LogLevel.Information, "Now {State} is the {Severity}: {Message}")]
    public static partial void AlarmChanged(ILogger logger, string state, string severity, string message);

    [LoggerMessage(EventIds.AlarmCleared, LogLevel.Information, "Cleared {Severity}: {Message}")]
    public static partial void AlarmCleared(ILogger logger, string severity, string message);
}
