using Microsoft.Extensions.Logging;
using Thrum.Detector.Commands;
using Thrum.Detector.Durability;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Pipeline;

/// <summary>Decodes committed batches, whether they were just committed or come from a run before, and puts barriers behind them. Not thread-safe.</summary>
internal sealed class JournalDecoder(SampleIngest decode, JournalPacing pacing, TimeProvider time, ILogger logger)
{
    private long _through;

    /// <summary>Begins behind a record.</summary>
    public void Begin(long through)
    {
        _through = through;
        pacing.Begin(through, time.GetTimestamp());
    }

    /// <summary>Puts a barrier behind everything decoded.</summary>
    public async ValueTask BarrierAsync(CancellationToken ct)
    {
        await decode.BarrierAsync(_through, ct).ConfigureAwait(false);
        pacing.Begin(_through, time.GetTimestamp());
    }

    /// <summary>Decodes a committed batch and hands everything over; a barrier follows when it is due.</summary>
    public async ValueTask DecodeAsync(JournalPortion portion, CancellationToken ct)
    {
        JournalCursor cursor = default;
        while (!DecodeUntilStop(portion, ref cursor, out SequencedCommand? command))
        {
            if (command is null)
            {
                await decode.FlushAsync(ct).ConfigureAwait(false);
            }
            else
            {
                await decode.CommandAsync(command, ct).ConfigureAwait(false);
            }
        }

        await decode.FlushAsync(ct).ConfigureAwait(false);
        if (portion.Batch.Count > 0)
        {
            _through = portion.Batch.LastSequence;
            pacing.Add(portion.Batch.ByteCount);
        }

        await BarrierWhenDueAsync(ct).ConfigureAwait(false);
    }

    /// <summary>
    /// False when what was decoded has to be passed on before the record at the cursor, or before <paramref name="command"/>, the record just before the
    /// cursor.
    /// </summary>
    private bool DecodeUntilStop(JournalPortion portion, ref JournalCursor cursor, out SequencedCommand? command)
    {
        command = null;
        JournalCursor next = cursor;
        while (portion.Batch.TryRead(ref next, out JournalRecord record))
        {
            if (record.Sequence > _through)
            {
                if (record.Kind == JournalRecordKind.Command)
                {
                    command = ReadCommand(portion, record, cursor.Index);
                }
                else if (decode.OnPublish(JournalledMessage.Read(record, portion.ReceivedTimestamp)) == PublishVerdict.NoRoom)
                {
                    return false;
                }
            }

            cursor = next;
            if (command is not null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The command of a record, bound to who waits for it; null, and said in the log, when it cannot be read.</summary>
    private SequencedCommand? ReadCommand(JournalPortion portion, in JournalRecord record, int index)
    {
        if (OperatorCommand.Decode(record.Body) is not { } command)
        {
            Log.CommandUnreadable(logger, record.Sequence);
            return null;
        }

        var sequenced = new SequencedCommand(command, record.Sequence);
        if (portion.Commands.TryGetValue(index, out TaskCompletionSource<CommandResult>? waiting))
        {
            _ = PassOnAsync(sequenced.Result, waiting);
        }

        return sequenced;

        static async Task PassOnAsync(Task<CommandResult> result, TaskCompletionSource<CommandResult> waiting) =>
            waiting.TrySetResult(await result.ConfigureAwait(false));
    }

    /// <summary>Puts a barrier behind everything decoded when enough time or data has passed since the last one.</summary>
    public async ValueTask BarrierWhenDueAsync(CancellationToken ct)
    {
        if (pacing.IsDue(_through, time))
        {
            await BarrierAsync(ct).ConfigureAwait(false);
        }
    }
}
