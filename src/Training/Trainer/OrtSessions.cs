using Microsoft.ML.OnnxRuntime;

namespace Thrum.Training.Trainer;

/// <summary>Sessions for training: one thread, operations in order, so that sums are formed in the same order each time.</summary>
internal static class OrtSessions
{
    public static InferenceSession Create(byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        return new InferenceSession(model, options);
    }
}
