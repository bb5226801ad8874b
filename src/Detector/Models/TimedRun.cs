using Microsoft.ML.OnnxRuntime;
using static System.FormattableString;

namespace Thrum.Detector.Models;

/// <summary>Runs of a model that is not known yet: each ends once its time is over. Not thread-safe.</summary>
internal sealed class TimedRun(ModelFileLimits limits) : IDisposable
{
    private readonly RunOptions _options = NewOptions();
    private bool _isOver;

    /// <summary>Runs once.</summary>
    /// <exception cref="FormatException">It took too long.</exception>
    /// <exception cref="OnnxRuntimeException">It failed.</exception>
    public void Run(Action<RunOptions> run)
    {
        using ITimer? timer = limits.Clock?.CreateTimer(_ => End(), null, limits.MaxRunTime, Timeout.InfiniteTimeSpan);
        try
        {
            run(_options);
        }
        catch (OnnxRuntimeException) when (Volatile.Read(ref _isOver))
        {
            throw new FormatException(Invariant($"expected a run of at most {limits.MaxRunTime.TotalSeconds} s, found a longer one"));
        }
    }

    public void Dispose() => _options.Dispose();

    private static RunOptions NewOptions()
    {
        // What a refused model took goes back at once.
        var options = new RunOptions();
        options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        return options;
    }

    private void End()
    {
        Volatile.Write(ref _isOver, true);
        _options.Terminate = true;
    }
}
