using Microsoft.ML.OnnxRuntime;

namespace Thrum.Detector.Models;

/// <summary>How sessions of ONNX Runtime are set up.</summary>
internal static class SessionSetup
{
    /// <summary>Options for scoring; the caller disposes them.</summary>
    public static SessionOptions Options()
    {
        // One thread: scores do not depend on how the work is split, and shards are the unit of parallelism.
        var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        return options;
    }
}
