namespace Thrum.Sink.Store;

/// <summary>
/// Work for the store's writer. It may run more than once (a transaction that failed is tried again), so it only assigns
/// results and touches no other state.
/// </summary>
internal sealed class StoreOperation<TSession>(Action<TSession> work)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the work is committed.</summary>
    public Task Done => _done.Task;

    public void Run(TSession session) => work(session);

    public void Succeeded() => _done.TrySetResult();

    public void Failed(Exception error) => _done.TrySetException(error);
}
