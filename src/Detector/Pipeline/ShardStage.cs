using System.Threading.Channels;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// The task of one shard: reads batches of samples, writes batches of scores. Windows wait for others only while more samples
/// are at hand, and never longer than <see cref="DetectorOptions.MaxDelay"/>.
/// </summary>
internal sealed class ShardStage(Shard shard, ShardOutput output, DetectorOptions options, TimeProvider time)
{
    // Enough for delivery to work in bulk, few enough to keep memory and latency small.
    private const int WindowsPerOutput = 2048;

    private long _oldestTimestamp;

    /// <summary>Runs until the input ends; completes the output then, with the fault if there was one.</summary>
    public async Task RunAsync(ChannelReader<SampleBatch> reader, ChannelWriter<ScoreBatch> writer, CancellationToken cancellationToken)
    {
        while (await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (reader.TryRead(out SampleBatch? batch))
            {
                using (batch)
                {
                    Process(batch);
                }

                if (IsFlushDue(reader))
                {
                    shard.FlushLanes();
                }

                if (output.Batch.Count >= WindowsPerOutput)
                {
                    await SendAsync(writer, cancellationToken).ConfigureAwait(false);
                }
            }

            shard.FlushLanes();
            await SendAsync(writer, cancellationToken).ConfigureAwait(false);
        }

        shard.FlushLanes();
        await SendAsync(writer, cancellationToken).ConfigureAwait(false);
    }

    private void Process(SampleBatch batch)
    {
        if (_oldestTimestamp == 0)
        {
            _oldestTimestamp = batch.ReceivedTimestamp;
        }

        foreach (ref readonly SampleBlock block in batch.Blocks)
        {
            shard.Process(block, batch.Samples(block));
        }
    }

    private bool IsFlushDue(ChannelReader<SampleBatch> reader) =>
        reader.Count == 0 || time.GetElapsedTime(_oldestTimestamp) >= options.MaxDelay;

    private async ValueTask SendAsync(ChannelWriter<ScoreBatch> writer, CancellationToken cancellationToken)
    {
        if (output.IsEmpty)
        {
            return;
        }

        ScoreBatch batch = output.Take();
        batch.ReceivedTimestamp = _oldestTimestamp;
        _oldestTimestamp = 0;
        await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
    }
}
