using System.Net;
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

    [LoggerMessage(EventIds.JournalLeft, LogLevel.Warning,
        "Store:Durability is Memory, but {Path} holds {Records} messages that were acknowledged and never processed: they are left unread; start once with Journal to process them, or delete the file")]
    public static partial void JournalLeft(ILogger logger, string path, long records);

    [LoggerMessage(EventIds.DrainDeadlinePassed, LogLevel.Error,
        "Not everything was delivered within DrainDeadline ({Deadline}); the rest is lost, but for what the outbox holds")]
    public static partial void DrainDeadlinePassed(ILogger logger, TimeSpan deadline);

    [LoggerMessage(EventIds.AlarmRaised, LogLevel.Warning, "Raised {Severity}: {Message}")]
    public static partial void AlarmRaised(ILogger logger, string severity, string message);

    [LoggerMessage(EventIds.AlarmChanged, LogLevel.Information, "Now {State} is the {Severity}: {Message}")]
    public static partial void AlarmChanged(ILogger logger, string state, string severity, string message);

    [LoggerMessage(EventIds.AlarmCleared, LogLevel.Information, "Cleared {Severity}: {Message}")]
    public static partial void AlarmCleared(ILogger logger, string severity, string message);

    [LoggerMessage(EventIds.TokenRefused, LogLevel.Warning, "A request from {Address} showed an unknown token")]
    public static partial void TokenRefused(ILogger logger, IPAddress? address);

    [LoggerMessage(EventIds.Command, LogLevel.Information, "Command by {Who}: {What}; answered {Status}")]
    public static partial void Command(ILogger logger, string who, string what, string status);

    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "{Method} '{Path}' could not be answered")]
    public static partial void RequestFailed(ILogger logger, Exception fault, string method, string path);

    [LoggerMessage(EventIds.CertificateRead, LogLevel.Information, "The certificate {File} changed; the new one is good until {NotAfter:O}")]
    public static partial void CertificateRead(ILogger logger, string file, DateTime notAfter);

    [LoggerMessage(EventIds.CertificateNotRead, LogLevel.Warning, "The certificate {File} changed but cannot be read, so the one before goes on: {Reason}")]
    public static partial void CertificateNotRead(ILogger logger, string file, string reason);

    [LoggerMessage(EventIds.TokensInClear, LogLevel.Warning, "Http:Address is {Address} and Http:Tls is not set: tokens cross the network in clear unless a proxy encrypts them")]
    public static partial void TokensInClear(ILogger logger, string address);

    [LoggerMessage(EventIds.AuditNotKept, LogLevel.Warning, "The store did not take the audit entry in time; this line stands for it: {What}")]
    public static partial void AuditNotKept(ILogger logger, string what);

    [LoggerMessage(EventIds.ModelLearned, LogLevel.Information, "{Axis} has learned a model of its own: {Outcome}")]
    public static partial void ModelLearned(ILogger logger, AxisId axis, string outcome);

    [LoggerMessage(EventIds.LearningFailed, LogLevel.Warning, "{Axis} keeps the scores of its baseline, it learned no model: {Reason}")]
    public static partial void LearningFailed(ILogger logger, AxisId axis, string reason);

    [LoggerMessage(EventIds.ModelTaken, LogLevel.Information, "Model '{Name}' for {Match} changed from revision {Before} to {After} on {Axes} axes ({By})")]
    public static partial void ModelTaken(ILogger logger, string name, string match, string before, string after, int axes, string by);

    [LoggerMessage(EventIds.ModelRefused, LogLevel.Error, "The new file of model '{Name}' for {Match} is refused and the one before goes on: {Reason}")]
    public static partial void ModelRefused(ILogger logger, string name, string match, string reason);

    [LoggerMessage(EventIds.ModelNotReplayed, LogLevel.Error, "Revision {Revision} of the model for {Match} is asked for by the journal but cannot be used: {Reason}")]
    public static partial void ModelNotReplayed(ILogger logger, string revision, string match, string reason);

    [LoggerMessage(EventIds.ModelUsesNotWritten, LogLevel.Error, "{File} cannot be written; checkpoints wait for it: {Reason}")]
    public static partial void ModelUsesNotWritten(ILogger logger, string file, string reason);

    [LoggerMessage(EventIds.ShadowTaken, LogLevel.Information, "The shadow of model '{Name}' for {Match} is {Shadow} from now on, on {Axes} axes ({By})")]
    public static partial void ShadowTaken(ILogger logger, string name, string match, string shadow, int axes, string by);

    [LoggerMessage(EventIds.ComparisonNotKept, LogLevel.Warning, "The comparison of shadow models in {File} cannot be kept or read: {Reason}")]
    public static partial void ComparisonNotKept(ILogger logger, string file, string reason);

    [LoggerMessage(EventIds.ScoresNotKept, LogLevel.Warning, "Scores of {Axes} axes are not kept, so they cannot be calibrated on them, among them {Axis}: {Reason}")]
    public static partial void ScoresNotKept(ILogger logger, int axes, AxisId axis, string reason);

    [LoggerMessage(EventIds.ServiceManagerGone, LogLevel.Warning, "The service manager that NOTIFY_SOCKET names cannot be told anything: {Reason}")]
    public static partial void ServiceManagerGone(ILogger logger, string reason);
}
