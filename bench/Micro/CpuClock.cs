using System.Diagnostics;

namespace Thrum.Micro;

/// <summary>Processor time of the whole process: on a machine with other work on it, it says more than elapsed time.</summary>
internal static class CpuClock
{
    public static double Seconds(Action work)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }

    public static async Task<double> SecondsAsync(Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        await work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }
}
