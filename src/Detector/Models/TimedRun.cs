using Microsoft.ML.OnnxRuntime;
using static System.FormattableString;

namespace Thrum.Detector.Models;

/// <summary>Runs of a model that is not known yet: each ends once its time is over.</summary>
internal static class TimedRun
{
    /// <summary>Runs once.</summary>
    /// <exception cref="FormatException">It took too long.</exception>
    /// <exception cref="OnnxRuntimeException">It failed.</exception>
    public static void Run(ModelFileLimits limits, Action<RunOptions> run)
    {
        using RunOptions options = NewOptions();
        var gate = new Lock();
        bool isDone = false, isOver = false;
        using ITimer? timer = limits.Clock?.CreateTimer(_ => End(), null, limits.MaxRunTime, Timeout.InfiniteTimeSpan);
        try
        {
            run(options);
        }
        catch (OnnxRuntimeException) when (IsOver())
        {
            throw new FormatException(Invariant($"expected a run of at most {limits.MaxRunTime.TotalSeconds} s, found a longer one"));
        }
        finally
        {
            lock (gate)
            {
                isDone = true;
            }
        }

        // A callback may still be on its way when its timer is disposed: it must not touch options that are gone.
        void End()
        {
            lock (gate)
            {
                if (!isDone)
                {
                    options.Terminate = isOver = true;
                }
            }
        }

        bool IsOver()
        {
            lock (gate)
            {
                return isOver;
            }
        }
    }

    private static RunOptions NewOptions()
    {
        // What a refused model took goes back at once.
        var options = new RunOptions();
        options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        return options;
    }
}
