using System.Runtime.ExceptionServices;

namespace Thrum.Training.Trainer;

/// <summary>Trainings that do not depend on each other, several at a time.</summary>
internal static class ParallelRuns
{
    /// <summary>The results in the order of the items, whatever the order in which they were done.</summary>
    /// <param name="items">What to do.</param>
    /// <param name="atOnce">How many at a time.</param>
    /// <param name="run">Does one; any thread.</param>
    /// <param name="done">Told each as it is done, one at a time and on any thread.</param>
    /// <param name="cancellationToken">Begins no more.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TResult[] Of<TItem, TResult>(
        IReadOnlyList<TItem> items, int atOnce, Func<TItem, TResult> run, Action<TItem, TResult> done, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Count];
        var gate = new Lock();
        try
        {
            Parallel.For(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken }, i =>
            {
                results[i] = run(items[i]);
                lock (gate)
                {
                    done(items[i], results[i]);
                }
            });
        }
        catch (AggregateException faults)
        {
            // What one run would have thrown alone is what callers know.
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }

        return results;
    }
}
