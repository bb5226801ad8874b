namespace Thrum.Spectral.Tests;

internal static class Allocations
{
    private const int Rounds = 5;

    /// <summary>Bytes that so many later runs of <paramref name="action"/> allocate on this thread.</summary>
    /// <remarks>The runtime itself may allocate once on this thread while it compiles a method anew: the least of several rounds is what the action takes.</remarks>
    public static long WhenWarm(Action action, int runs = 10)
    {
        action();
        return Enumerable.Range(0, Rounds).Min(_ => Allocated(action, runs));
    }

    private static long Allocated(Action action, int runs)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < runs; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
