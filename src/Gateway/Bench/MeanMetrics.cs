using Thrum.Detector.Scores;

namespace Thrum.Gateway.Bench;

/// <summary>Counts windows and averages their metrics, so that pipelines can be checked against each other.</summary>
internal sealed class MeanMetrics(int metrics) : IScoreDestination
{
    private readonly double[] _sums = new double[metrics];

    public string Name => "mean";

    public long Windows { get; private set; }

    public double[] Means => [.. _sums.Select(sum => sum / Math.Max(1, Windows))];

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        foreach (ref readonly WindowScore window in batch.Windows)
        {
            ReadOnlySpan<float> values = batch.Metrics(window);
            for (int i = 0; i < values.Length; i++)
            {
                _sums[i] += values[i];
            }

            Windows += values.IsEmpty ? 0 : 1;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
