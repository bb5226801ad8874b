using Thrum.Training.Models;

namespace Thrum.Training.Evaluation;

/// <summary>
/// How sure the figures of <see cref="EventScores"/> are, at 95 %. Shares have <see cref="Wilson"/>'s interval, which says also of 5 events out of 5 what they are worth; the mean delay has the
/// percentile bootstrap over events. Events count as independent.
/// </summary>
/// <param name="Precision">Found events / (found + false events).</param>
/// <param name="Recall">Found events / events.</param>
/// <param name="F1">F1 = 2s/(1 + s), s being the share of what was found in all that was found, missed or false.</param>
/// <param name="MeanDelay">Null where fewer than two events are found.</param>
public sealed record EventIntervals(ConfidenceInterval Precision, ConfidenceInterval Recall, ConfidenceInterval F1, ConfidenceInterval? MeanDelay)
{
    private const double Tail = 0.025;

    /// <summary>The intervals.</summary>
    /// <param name="scores">The events.</param>
    /// <param name="replicates">Resamples of the bootstrap.</param>
    /// <param name="seed">Fixes them.</param>
    public static EventIntervals Of(EventScores scores, int replicates = 400, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ConfidenceInterval together = Wilson.Of(scores.Found, scores.Events + scores.FalseEvents);
        return new EventIntervals(
            Wilson.Of(scores.Found, scores.Found + scores.FalseEvents),
            Wilson.Of(scores.Found, scores.Events),
            new ConfidenceInterval(scores.F1, F1Of(together.Low), F1Of(together.High)),
            MeanOf([.. scores.Delays.OfType<double>()], replicates, seed));
    }

    private static double F1Of(double share) => 2 * share / (1 + share);

    private static ConfidenceInterval? MeanOf(double[] delays, int replicates, int seed)
    {
        if (delays.Length < 2)
        {
            return null;
        }

        SeededRandom random = SeededRandom.For(seed, 0, RandomPurpose.Resampling);
        double[] means = [.. Enumerable.Range(0, replicates).Select(_ => Enumerable.Range(0, delays.Length).Average(_ => delays[random.NextInt(delays.Length)]))];
        Array.Sort(means);
        return new ConfidenceInterval(delays.Average(), BlockBootstrap.Quantile(means, Tail), BlockBootstrap.Quantile(means, 1 - Tail));
    }
}
