using Microsoft.Extensions.Logging;
using Thrum.Detector.Samples;

namespace Thrum.Detector;

/// <summary>The log messages of this project.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.NoModel, LogLevel.Warning, "{Axis} has no model: no Match of Detector:Models fits it; its windows get the status noModel")]
    public static partial void NoModel(ILogger logger, AxisId axis);

    [LoggerMessage(EventIds.RateMismatch, LogLevel.Warning,
        "{Axis} comes at {FoundHz} Hz but model {Model} expects {ExpectedHz} Hz; {Instead}")]
    public static partial void RateMismatch(ILogger logger, AxisId axis, double foundHz, string model, double expectedHz, string instead);

    [LoggerMessage(EventIds.JointAxisMissing, LogLevel.Warning, "{Axis} has no windows yet: of the axes that its model sees together, {Missing} did not come")]
    public static partial void JointAxisMissing(ILogger logger, AxisId axis, string missing);

    [LoggerMessage(EventIds.JointWithoutRoom, LogLevel.Warning,
        "{Joint} has no place for {Axis}, which no model scores: its model's axes are others, the name all is taken, or Detector:MaxStreams axes are known")]
    public static partial void JointWithoutRoom(ILogger logger, AxisId joint, AxisId axis);

    [LoggerMessage(EventIds.ReservedAxis, LogLevel.Warning,
        "{Axis} is the name of the sensor's joint windows: samples under it are dropped as badAxis. Said once an episode; the counters tell how many")]
    public static partial void ReservedAxis(ILogger logger, AxisId axis);

    [LoggerMessage(EventIds.LateBlock, LogLevel.Warning,
        "{Axis} sends samples stamped {StampUnixNs} ns, before its present sample grid: dropped as late. After {Count} messages in a row that continue each other its clock counts as set back, and a new grid starts. Said once an episode; the counters tell how many")]
    public static partial void LateBlock(ILogger logger, AxisId axis, long stampUnixNs, int count);

    [LoggerMessage(EventIds.DuplicateBlock, LogLevel.Information,
        "{Axis} sends samples stamped {StampUnixNs} ns again: dropped as duplicate. Said once an episode; the counters tell how many")]
    public static partial void DuplicateBlock(ILogger logger, AxisId axis, long stampUnixNs);

    [LoggerMessage(EventIds.DuplicateNumber, LogLevel.Information,
        "{Axis} sends block number {Number} again, or after others that took its place: dropped as duplicate. Said once an episode; the counters tell how many")]
    public static partial void DuplicateNumber(ILogger logger, AxisId axis, uint number);

    [LoggerMessage(EventIds.NumberBreak, LogLevel.Warning,
        "{Axis} sends block number {Found} where {Due} was due, without a time stamp: blocks were lost, or it counts anew. A new sample grid starts. Said once an episode; the counters tell how many")]
    public static partial void NumberBreak(ILogger logger, AxisId axis, uint due, uint found);

    [LoggerMessage(EventIds.StrayBlock, LogLevel.Warning,
        "{Axis} sent samples stamped {StampUnixNs} ns, but {Count} messages after it continued the stream where it was: dropped as badTime. Said once an episode; the counters tell how many")]
    public static partial void StrayBlock(ILogger logger, AxisId axis, long stampUnixNs, int count);

    [LoggerMessage(EventIds.StateDamaged, LogLevel.Error, "The stored state of {Axis} is damaged: {Fault}. It starts anew")]
    public static partial void StateDamaged(ILogger logger, AxisId axis, string fault);

    [LoggerMessage(EventIds.StateUnfit, LogLevel.Warning, "Parts of the stored state of {Axis} do not fit its present model or settings and start anew: {Parts}")]
    public static partial void StateUnfit(ILogger logger, AxisId axis, string parts);

    [LoggerMessage(EventIds.StateWithoutRoom, LogLevel.Warning, "The stored state of {Axis} is not taken over: Detector:MaxStreams ({MaxStreams}) axes are known")]
    public static partial void StateWithoutRoom(ILogger logger, AxisId axis, int maxStreams);

    [LoggerMessage(EventIds.ModelFailed, LogLevel.Error,
        "Model {Model} failed on windows that it was given: {Fault}. They get the status nonFinite. Said once")]
    public static partial void ModelFailed(ILogger logger, string model, string fault);

    [LoggerMessage(EventIds.BaselineLearned, LogLevel.Information, "{Axis} is scored against its own baseline from now on")]
    public static partial void BaselineLearned(ILogger logger, AxisId axis);

    [LoggerMessage(EventIds.BaselineRestarted, LogLevel.Information,
        "{Axis} doubled or halved its level while its baseline was learned, as a machine does that starts or stops: learning begins anew")]
    public static partial void BaselineRestarted(ILogger logger, AxisId axis);

    [LoggerMessage(EventIds.OperatingSource, LogLevel.Information, "{Axis} tells how its machine runs, as a Source of Detector:Operating: its values are not scored")]
    public static partial void OperatingSource(ILogger logger, AxisId axis);
}
