namespace Thrum.TestSupport;

/// <summary>What code allocates on the thread that runs it.</summary>
public static class Allocations
{
    /// <summary>How often <see cref="WhenWarm"/> measures.</summary>
    public const int Rounds = 5;

    /// <summary>Bytes that so many later runs of an action allocate on this thread, after one run that warms it.</summary>
    /// <remarks>The runtime itself may allocate once on this thread while it compiles a method anew: the least of several rounds is what the action takes.</remarks>
    /// <param name="action">The action; it runs once, and then <see cref="Rounds"/> times <paramref name="runs"/>.</param>
    /// <param name="runs">Runs in a round.</param>
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
