using System.Threading.Channels;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Signals;

/// <summary>
/// Lets others see the newest samples of an axis. The shard that owns the axis copies them when it is asked, between two batches of samples; while nobody asks
/// it costs nothing. Requests wait for each other beyond a few, so that a crowd of viewers cannot fill the shards' queues. Thread-safe.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
public sealed class SignalReader(DetectorPipeline pipeline) : IDisposable
{
    private const int MostAtOnce = 2;

    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    /// <summary>The newest samples of an axis.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<SignalAnswer> ReadAsync(AxisId axis, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var request = new SignalRequest(axis);
            SampleBatch batch = pipeline.SamplePool.Rent();
            batch.SignalRequest = request;
            try
            {
                await pipeline.Inputs[pipeline.Streams.ShardOf(axis.Machine)].WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
            {
                batch.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return await request.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
