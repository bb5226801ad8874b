namespace Thrum.Detector.Commands;

/// <summary>A command on its way into a shard, or into every one, in a <see cref="Samples.SampleBatch"/> of its own.</summary>
/// <param name="command">The command.</param>
/// <param name="sequence">Its sequence: that of its journal record, or one that grows and is never used again.</param>
public sealed class SequencedCommand(OperatorCommand command, long sequence)
{
    private readonly Lock _gate = new();

    // The shard must not run the continuation of whoever waits.
    private readonly TaskCompletionSource<CommandResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = 1;
    private CommandResult? _sum;

    /// <summary>The command.</summary>
    public OperatorCommand Command { get; } = command;

    /// <summary>Its sequence.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>Completes when every shard it goes to applied it, or gave its batch up. Of several answers the first that is not "applied" counts.</summary>
    public Task<CommandResult> Result => _result.Task;

    /// <summary>
    /// The shards it goes to: the one of its machine, or all. Whoever hands it over writes one batch to each, and disposes the batch where that fails.
    /// </summary>
    /// <param name="shards">How many shards there are.</param>
    /// <param name="shardOf">The shard of a machine.</param>
    public IEnumerable<int> Destinations(int shards, Func<string, int> shardOf)
    {
        ArgumentNullException.ThrowIfNull(shardOf);
        _open = Command.IsOfModel ? shards : 1;
        return Command.IsOfModel ? Enumerable.Range(0, shards) : [shardOf(Command.Target.Machine)];
    }

    /// <summary>Takes the answer of one shard.</summary>
    internal void Complete(CommandResult result)
    {
        lock (_gate)
        {
            CommandResult sum = _sum switch
            {
                null => result,
                { Outcome: not CommandOutcome.Applied } failed => failed,
                { } before => result with { Axes = before.Axes + result.Axes },
            };
            _sum = sum;
            if (--_open == 0)
            {
                _result.TrySetResult(sum);
            }
        }
    }
}
