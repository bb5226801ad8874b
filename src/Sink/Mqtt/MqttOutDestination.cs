using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Thrum.Detector;
using Thrum.Detector.Alarms;
using Thrum.Detector.Publishing;
using Thrum.Detector.Scores;
using Thrum.Sink.Http;

namespace Thrum.Sink.Mqtt;

/// <summary>
/// Publishes the state of every alarm as a retained message, and on request the newest scores. It never holds up delivery: it
/// keeps states, not a queue. After a connection was lost, and at the start, every state is published again.
/// </summary>
public sealed class MqttOutDestination : IScoreDestination, IAsyncDisposable
{
    private readonly MqttOutOptions _options;
    private readonly IMessagePublisherFactory _broker;
    private readonly MqttStateBoard _board;
    private readonly TimeProvider _time;
    private readonly OutageEpisode _episode;
    private readonly AsyncSignal _work = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ResiliencePipeline<bool> _retries;
    private readonly Task _loop;
    private volatile bool _completing;

    /// <summary>Begins to connect.</summary>
    /// <param name="options">Settings without <see cref="MqttOutOptions.Faults"/>.</param>
    /// <param name="gateway">Name of this gateway, a level of every topic.</param>
    /// <param name="latest">The latest transition of every alarm of earlier runs.</param>
    /// <param name="broker">Where to publish.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="logger">Where outages are told.</param>
    public MqttOutDestination(
        MqttOutOptions options, string gateway, IEnumerable<AlarmTransition> latest, IMessagePublisherFactory broker, TimeProvider time, ILogger<MqttOutDestination> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(latest);
        _options = options;
        _broker = broker;
        _time = time;
        _board = new MqttStateBoard(options.Prefix, gateway);
        foreach (AlarmTransition transition in latest)
        {
            _board.Set(transition);
        }

        _episode = new OutageEpisode(Name, time, logger);
        _retries = new ResiliencePipelineBuilder<bool> { TimeProvider = time }.AddRetry(new RetryStrategyOptions<bool>
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.RetryDelay,
            MaxDelay = options.MaxRetryDelay,
            ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is ThrumException),
        }).Build();
        _loop = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public string Name => "mqttOut";

    /// <inheritdoc/>
    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (AlarmTransition transition in batch.Transitions)
        {
            _board.Set(transition);
        }

        if (_options.Scores)
        {
            foreach (ref readonly WindowScore window in batch.Windows)
            {
                _board.Set(in window);
            }
        }

        if (batch.Transitions.Count > 0)
        {
            _work.Set();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Publishes the last states, if the broker is there before <paramref name="cancellationToken"/> says that the drain deadline passed.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        _completing = true;
        _work.Set();
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
        await _loop;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!await _retries.ExecuteAsync(ConnectionAsync, _stop.Token))
            {
                // The connection was good for a while: connect again at once, with the first of the waits.
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The drain deadline passed or the destination is disposed.
        }
    }

    /// <summary>Lives as long as one connection: true at the end of all, false when it broke after it had worked.</summary>
    private async ValueTask<bool> ConnectionAsync(CancellationToken cancellationToken)
    {
        bool worked = false;
        try
        {
            await using IMessagePublisher publisher = await _broker.ConnectAsync(cancellationToken);
            _board.ForgetTold();
            while (true)
            {
                bool last = _completing;
                await PublishAsync(publisher, cancellationToken);
                worked = true;
                _episode.Reached();
                if (last)
                {
                    return true;
                }

                await _work.WaitAsync(_options.ScoreInterval, _time, cancellationToken);
            }
        }
        catch (ThrumException error)
        {
            _episode.Failed(error.Message);
            if (!worked)
            {
                throw;
            }

            return false;
        }
    }

    private async Task PublishAsync(IMessagePublisher publisher, CancellationToken cancellationToken)
    {
        foreach ((string topic, byte[] payload) in _board.TakeAlarms())
        {
            await publisher.PublishAsync(topic, payload, retain: true, cancellationToken);
        }

        foreach ((string topic, byte[] payload) in _board.TakeScores())
        {
            await publisher.PublishAsync(topic, payload, retain: false, cancellationToken);
        }

        await publisher.DrainAsync(cancellationToken);
    }
}
