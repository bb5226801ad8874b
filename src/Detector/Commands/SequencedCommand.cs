namespace Thrum.Detector.Commands;

/// <summary>A command on its way into a shard, in a <see cref="Samples.SampleBatch"/> of its own.</summary>
/// <param name="command">The command.</param>
/// <param name="sequence">Its sequence: that of its journal record, or one that grows and is never used again.</param>
public sealed class SequencedCommand(OperatorCommand command, long sequence)
{
    // The shard must not run the continuation of whoever waits.
    private readonly TaskCompletionSource<CommandResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The command.</summary>
    public OperatorCommand Command { get; } = command;

    /// <summary>Its sequence.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>Completes when a shard applied it, or when the batch was given up.</summary>
    public Task<CommandResult> Result => _result.Task;

    internal void Complete(CommandResult result) => _result.TrySetResult(result);
}
