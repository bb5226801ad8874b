using System.Threading.Channels;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// The task of one shard: reads batches of samples, writes batches of scores. Windows wait for others only while more samples
/// are at hand, and never longer than <see cref="DetectorOptions.MaxDelay"/>.
/// </summary>
internal sealed class ShardStage(int index, Shard shard, ShardOutput output, DetectorOptions options, TimeProvider time)
{
    // Enough for delivery to work in bulk, few enough to keep memory and latency small.
    private const int WindowsPerOutput = 2048;

    private long? _waitingSince;
    private long _oldestReceived;

    /// <summary>Runs until the input ends.</summary>
    public async Task RunAsync(ChannelReader<SampleBatch> reader, ChannelWriter<ScoreBatch> writer, CancellationToken cancellationToken)
    {
        while (await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (reader.TryRead(out SampleBatch? batch))
            {
                long? barrier;
                using (batch)
                {
                    Process(batch);
                    barrier = batch.Barrier;
                }

                if (barrier is { } sequence)
                {
                    await SendCheckpointAsync(sequence, writer, cancellationToken).ConfigureAwait(false);
                }
                else if (IsOverdue || output.Batch.Count >= WindowsPerOutput)
                {
                    await SendAsync(writer, cancellationToken).ConfigureAwait(false);
                }
            }

            await SendAsync(writer, cancellationToken).ConfigureAwait(false);
        }

        shard.End();
        await SendAsync(writer, cancellationToken).ConfigureAwait(false);
    }

    // Counted from when this stage took the batch: time in its queue is no reason to score in smaller portions.
    private bool IsOverdue => _waitingSince is { } since && time.GetElapsedTime(since) >= options.MaxDelay;

    private void Process(SampleBatch batch)
    {
        if (batch.IsTick)
        {
            shard.Tick();
            return;
        }

        if (_waitingSince is null)
        {
            _waitingSince = time.GetTimestamp();
            _oldestReceived = batch.ReceivedTimestamp;
        }

        shard.Process(batch);
        if (batch.Command is { } command)
        {
            batch.Command = null;
            shard.Apply(command);
        }

        if (batch.Question is { } question)
        {
            shard.Answer(question);
        }
    }

    /// <summary>Scores what waits and passes it on with the state behind it, in as many batches as that needs.</summary>
    private async ValueTask SendCheckpointAsync(long sequence, ChannelWriter<ScoreBatch> writer, CancellationToken cancellationToken)
    {
        shard.FlushLanes();
        for (int machine = 0; machine >= 0;)
        {
            machine = shard.Save(output.Batch.BeginCheckpoint(index, sequence), machine);
            await SendAsync(writer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Scores what waits and passes it on. Without a window nothing waits, so the next message starts the clock anew.</summary>
    private async ValueTask SendAsync(ChannelWriter<ScoreBatch> writer, CancellationToken cancellationToken)
    {
        shard.FlushLanes();
        _waitingSince = null;
        if (output.IsEmpty)
        {
            return;
        }

        ScoreBatch batch = output.Take();
        batch.ReceivedTimestamp = _oldestReceived;
        await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
    }
}
