using System.Threading.Channels;
using Thrum.Detector.Calibration;
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
    public Task<SignalAnswer> ReadAsync(AxisId axis, CancellationToken cancellationToken) => AskAsync(new SignalRequest(axis), cancellationToken);

    /// <summary>What the windows of an axis are judged by now.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="band">The band of speed or load; empty for the one that it is in.</param>
    /// <param name="scorer">By which of its scorers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<SignalAnswer> ReadStandardAsync(AxisId axis, string band, AxisScorer scorer, CancellationToken cancellationToken) =>
        AskAsync(new SignalRequest(axis, band, scorer), cancellationToken);

    private async Task<SignalAnswer> AskAsync(SignalRequest request, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            SampleBatch batch = pipeline.SamplePool.Rent();
            batch.SignalRequest = request;
            try
            {
                await pipeline.Inputs[pipeline.Streams.ShardOf(request.Axis.Machine)].WriteAsync(batch, cancellationToken).ConfigureAwait(false);
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
