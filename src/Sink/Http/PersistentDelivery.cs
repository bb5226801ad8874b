using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Thrum.Detector.Durability;
using Thrum.Detector.Stages;

namespace Thrum.Sink.Http;

/// <summary>How long to wait between attempts.</summary>
/// <param name="First">Before the second attempt; doubled each time, with jitter.</param>
/// <param name="Longest">Bound of that, and the time that an open circuit stays open.</param>
internal readonly record struct RetryDelays(TimeSpan First, TimeSpan Longest);

/// <summary>
/// Attempts one thing after the other until the server takes it or finds fault with its content; outages are waited out without end. A circuit breaker
/// knows that the server is away: it opens once every attempt of <see cref="FailingFor"/> failed, at least three, and then lets a single one
/// through after each longest delay.
/// </summary>
internal sealed class PersistentDelivery
{
    private const int LeastAttempts = 3;

    /// <summary>Longest wait that a server may ask for.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private readonly StageCounters _counters;
    private readonly OutageEpisode _episode;
    private readonly Func<HttpReply, HttpReply> _judge;
    private readonly CircuitBreakerStateProvider _circuit = new();
    private readonly ResiliencePipeline<HttpReply> _pipeline;

    /// <param name="timeout">Longest time of one attempt.</param>
    /// <param name="delays">Waits between attempts.</param>
    /// <param name="time">The clock of both.</param>
    /// <param name="counters">Where failed attempts count as errors.</param>
    /// <param name="episode">Where outages are told.</param>
    /// <param name="judge">What this server means where it differs from the rule; null for the rule.</param>
    public PersistentDelivery(
        TimeSpan timeout, RetryDelays delays, TimeProvider time, StageCounters counters, OutageEpisode episode, Func<HttpReply, HttpReply>? judge = null)
    {
        _judge = judge ?? (static reply => reply);
        _counters = counters;
        _episode = episode;
        _pipeline = new ResiliencePipelineBuilder<HttpReply> { TimeProvider = time }
            .AddRetry(RetryOptions(delays))
            .AddCircuitBreaker(BreakerOptions(timeout, delays))
            .Build();
    }

    /// <summary>What attempts come to at present.</summary>
    public DeliveryCircuit Circuit => _circuit.CircuitState switch
    {
        CircuitState.Closed => DeliveryCircuit.Closed,
        CircuitState.HalfOpen => DeliveryCircuit.HalfOpen,
        _ => DeliveryCircuit.Open,
    };

    /// <summary>What the last attempt failed with, while attempts fail; otherwise null.</summary>
    public string? Fault => _episode.Words;

    /// <summary>Makes attempts with the content until the answer is accepted, refused or too large.</summary>
    public ValueTask<HttpReply> SendAsync<T>(Func<T, CancellationToken, ValueTask<HttpReply>> attempt, T content, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync(
            static (work, token) => work.Sender.AttemptAsync(work.Attempt, work.Content, token),
            (Sender: this, Attempt: attempt, Content: content),
            cancellationToken);

    /// <summary>Over which time all attempts have to fail: long enough for three that each wait for an answer in vain.</summary>
    private static TimeSpan FailingFor(TimeSpan timeout) => TimeSpan.FromSeconds(30) + (LeastAttempts * timeout);

    private async ValueTask<HttpReply> AttemptAsync<T>(Func<T, CancellationToken, ValueTask<HttpReply>> attempt, T content, CancellationToken cancellationToken)
    {
        CrashPoints.Pass(CrashPoint.BeforeHttpWrite);
        HttpReply reply = _judge(await attempt(content, cancellationToken));
        CrashPoints.Pass(CrashPoint.AfterHttpWrite);
        switch (reply.Kind)
        {
            case ReplyKind.Transient:
                _counters.AddError();
                _episode.Failed(reply.Words);
                break;
            case ReplyKind.Misconfigured:
                _counters.AddError();
                _episode.Misconfigured(reply.Words);
                break;
            default:
                _episode.Reached();
                break;
        }

        return reply;
    }

    private static bool IsFailure(Outcome<HttpReply> outcome) =>
        outcome.Exception is null && outcome.Result.Kind is ReplyKind.Transient or ReplyKind.Misconfigured;

    private CircuitBreakerStrategyOptions<HttpReply> BreakerOptions(TimeSpan timeout, RetryDelays delays) => new()
    {
        FailureRatio = 1,
        MinimumThroughput = LeastAttempts,
        SamplingDuration = FailingFor(timeout),
        BreakDuration = AtLeastPollys(delays.Longest),
        ShouldHandle = static attempt => ValueTask.FromResult(IsFailure(attempt.Outcome)),
        StateProvider = _circuit,
    };

    /// <summary>Polly's shortest time for a break.</summary>
    private static TimeSpan AtLeastPollys(TimeSpan delay) => delay > TimeSpan.FromSeconds(0.5) ? delay : TimeSpan.FromSeconds(0.5);

    private static RetryStrategyOptions<HttpReply> RetryOptions(RetryDelays delays) => new()
    {
        MaxRetryAttempts = int.MaxValue,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = delays.First,
        MaxDelay = delays.Longest,
        ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is BrokenCircuitException || IsFailure(attempt.Outcome)),
        // No answer here means the backoff above.
        DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome switch
        {
            { Exception: BrokenCircuitException broken } => broken.RetryAfter ?? delays.Longest,
            { Result.RetryAfter: { } asked } => asked < LongestRetryAfter ? asked : LongestRetryAfter,
            { Result.Kind: ReplyKind.Misconfigured } => delays.Longest,
            _ => (TimeSpan?)null,
        }),
    };
}
