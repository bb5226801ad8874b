using Microsoft.ML.OnnxRuntime;
using Thrum.Detector.Models;

namespace Thrum.Training.Trainer;

/// <summary>Sessions for training: operations in order, one thread unless told otherwise, so that sums are formed in the same order each time.</summary>
internal static class OrtSessions
{
    // A training step is a long chain of short operations. Threads that spin while they wait for their share of the next one take the core that the
    // others compute on: with two threads the models of bench/TrainingSpeed took up to twice the processor time and were slower than with one.
    private const string Spinning = "session.intra_op.allow_spinning";

    public static InferenceSession Create(byte[] model, int threads = 1)
    {
        _ = RuntimeEnvironment.Instance;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry(Spinning, "0");
        return new InferenceSession(model, options);
    }
}
