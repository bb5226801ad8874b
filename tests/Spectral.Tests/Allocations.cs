namespace Thrum.Spectral.Tests;

internal static class Allocations
{
    /// <summary>Bytes that a second and later run of <paramref name="action"/> allocate on this thread.</summary>
    public static long WhenWarm(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
