using Polly;
using Polly.Retry;

namespace Thrum.Ingest.Mqtt;

/// <summary>Pauses between attempts: exponential, with jitter, capped, for ever.</summary>
internal static class ReconnectPolicy
{
    public static ResiliencePipeline Build(MqttSessionOptions options, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<MqttException>(),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.ReconnectDelay,
                MaxDelay = options.MaxReconnectDelay,
                MaxRetryAttempts = int.MaxValue,
            })
            .Build();
}
