using Microsoft.ML.OnnxRuntime;

namespace Thrum.Training.Trainer;

/// <summary>Sessions for training: operations in order, one thread unless told otherwise, so that sums are formed in the same order each time.</summary>
internal static class OrtSessions
{
    public static InferenceSession Create(byte[] model, int threads = 1)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        return new InferenceSession(model, options);
    }
}
