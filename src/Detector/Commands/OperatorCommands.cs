using System.Threading.Channels;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Commands;

/// <summary>Where operators' commands enter a running pipeline. Thread-safe.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="time">Clock for sequences: without a journal they are ns since 1970, so that no run uses one again.</param>
/// <param name="journal">Takes a command into the journal and on to its shard, and gives what came of it; null without a journal.</param>
public sealed class OperatorCommands(
    DetectorPipeline pipeline, TimeProvider time, Func<OperatorCommand, CancellationToken, Task<CommandResult>>? journal = null)
{
    private long _lastSequence;

    /// <summary>
    /// Hands a command to the shard that owns its machine, or to all shards, behind the samples that are on their way, and waits until it was applied there.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; the command may still take effect.</exception>
    public async Task<CommandResult> SubmitAsync(OperatorCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (FaultOf(command) is { } fault)
        {
            return new CommandResult(CommandOutcome.Invalid, fault);
        }

        command = command with { GivenUnixNs = NowUnixNs() };
        if (journal is not null)
        {
            return await journal(command, cancellationToken).ConfigureAwait(false);
        }

        var sequenced = new SequencedCommand(command, NextSequence());
        foreach (int shard in sequenced.Destinations(pipeline.Inputs.Count, pipeline.Streams.ShardOf))
        {
            SampleBatch batch = pipeline.SamplePool.Rent();
            batch.ReceivedTimestamp = time.GetTimestamp();
            batch.Command = sequenced;
            try
            {
                await pipeline.Inputs[shard].WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
            {
                batch.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return await sequenced.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string? FaultOf(OperatorCommand command)
    {
        if (command.IsOfModel)
        {
            return command.Target == AxisId.OfGateway ? null : $"{command.Action} of '{command.Target}': expected no axis";
        }

        if (command.Target.Machine.Length == 0)
        {
            return "the machine is empty, expected its name";
        }

        if (command.By.Length > OperatorCommand.MaxText)
        {
            return $"the operator's name has {command.By.Length} characters, expected at most {OperatorCommand.MaxText}";
        }

        return command.IsOfMachine == command.Target.IsMachine ? null : $"{command.Action} of '{command.Target}': expected {(command.IsOfMachine ? "a machine" : "an axis")}";
    }

    private long NowUnixNs() => UnixTime.ToNs(time.GetUtcNow());

    private long NextSequence()
    {
        long now = NowUnixNs();
        while (true)
        {
            long last = Volatile.Read(ref _lastSequence), next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _lastSequence, next, last) == last)
            {
                return next;
            }
        }
    }
}
