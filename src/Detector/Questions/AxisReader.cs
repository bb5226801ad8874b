using System.Threading.Channels;
using Thrum.Detector.Calibration;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Signals;

namespace Thrum.Detector.Questions;

/// <summary>
/// Lets others see the newest samples of an axis and what it is judged by. The shard that owns the axis tells when it is asked, between two batches of samples; while nobody asks
/// it costs nothing. Questions wait for each other beyond a few, so that a crowd of viewers cannot fill the shards' queues. Thread-safe.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
public sealed class AxisReader(DetectorPipeline pipeline) : IDisposable
{
    private const int MostAtOnce = 2;

    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    /// <summary>The newest samples of an axis.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<AxisAnswer<AxisSignal>> ReadSignalAsync(AxisId axis, CancellationToken cancellationToken) => AskAsync(new SignalQuestion(axis), cancellationToken);

    /// <summary>What the windows of an axis are judged by now.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="band">The band of speed or load; empty for the one that it is in.</param>
    /// <param name="scorer">By which of its scorers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<AxisAnswer<AxisStandard>> ReadStandardAsync(AxisId axis, string band, AxisScorer scorer, CancellationToken cancellationToken) =>
        AskAsync(new StandardQuestion(axis, band, scorer), cancellationToken);

    private async Task<AxisAnswer<T>> AskAsync<T>(AxisQuestion<T> question, CancellationToken cancellationToken)
        where T : class
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            SampleBatch batch = pipeline.SamplePool.Rent();
            batch.Question = question;
            try
            {
                await pipeline.Inputs[pipeline.Streams.ShardOf(question.Axis.Machine)].WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
            {
                batch.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return await question.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
