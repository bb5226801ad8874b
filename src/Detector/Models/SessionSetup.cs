using Microsoft.ML.OnnxRuntime;

namespace Thrum.Detector.Models;

/// <summary>How sessions of ONNX Runtime are set up.</summary>
internal static class SessionSetup
{
    // Between the layers of a large batch an autoencoder holds some tens of megabytes; its weights are not taken from there.
    private const long MostScratchBytes = 1L << 30;
    private const int ShareOfMemory = 4;

    private static readonly Lazy<bool> Arena = new(RegisterArena);

    /// <summary>Options for scoring; the caller disposes them. All such sessions share one bounded arena, so that what a model asks for beyond it is refused, and not taken from the rest of the process.</summary>
    public static SessionOptions Options()
    {
        _ = Arena.Value;
        // One thread: scores do not depend on how the work is split, and shards are the unit of parallelism.
        var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        return options;
    }

    /// <summary>Options for a first run, which computes nothing before it is asked to: optimising would run what depends on constants alone, without a limit of time.</summary>
    public static SessionOptions Trial()
    {
        SessionOptions options = Options();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        return options;
    }

    private static bool RegisterArena()
    {
        uint most = (uint)Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory, MostScratchBytes);
        const int SameAsRequested = 1, Default = -1;
        using var arena = new OrtArenaCfg(most, SameAsRequested, Default, Default);
        using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        RuntimeEnvironment.Instance.CreateAndRegisterAllocator(memory, arena);
        return true;
    }
}
