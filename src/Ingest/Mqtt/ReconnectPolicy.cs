using Polly;
using Polly.Retry;

namespace Thrum.Ingest.Mqtt;

/// <summary>Pauses between attempts, for ever: each up to twice as long as the one before, capped, and by chance down to half of that, so that clients of one broker spread.</summary>
internal static class ReconnectPolicy
{
    // Beyond this the longest pause is long reached, whatever the first one is.
    private const int MostDoublings = 40;

    public static ResiliencePipeline Build(MqttSessionOptions options, TimeProvider time)
    {
        // Polly's own jitter ends where its cap is reached.
        var random = new Random();
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<MqttException>(),
                DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(Pause(options, attempt.AttemptNumber, random.NextDouble())),
                MaxRetryAttempts = int.MaxValue,
            })
            .Build();
    }

    /// <summary>The pause behind a failed attempt.</summary>
    /// <param name="options">First and longest pause.</param>
    /// <param name="attempt">Attempts in a row that failed before this one.</param>
    /// <param name="chance">0 for the shortest, 1 for the longest.</param>
    private static TimeSpan Pause(MqttSessionOptions options, int attempt, double chance)
    {
        double full = Math.Min(options.MaxReconnectDelay.TotalSeconds, options.ReconnectDelay.TotalSeconds * Math.Pow(2, Math.Min(attempt, MostDoublings)));
        return TimeSpan.FromSeconds(full * (1 + chance) / 2);
    }
}
