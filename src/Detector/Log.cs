using Microsoft.Extensions.Logging;
using Thrum.Detector.Samples;

namespace Thrum.Detector;

/// <summary>The log messages of this project.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.NoModel, LogLevel.Warning, "{Axis} has no model: no Match of Detector:Models fits it; its windows get the status noModel")]
    public static partial void NoModel(ILogger logger, AxisId axis);

    [LoggerMessage(EventIds.RateMismatch, LogLevel.Warning,
        "{Axis} comes at {FoundHz} Hz but model {Model} expects {ExpectedHz} Hz; its windows get the status noModel")]
    public static partial void RateMismatch(ILogger logger, AxisId axis, double foundHz, string model, double expectedHz);
}
