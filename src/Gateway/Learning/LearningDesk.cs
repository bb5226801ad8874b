using System.Globalization;
using System.Threading.Channels;
using Thrum.Detector;
using Thrum.Detector.Baselines;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Learning;

/// <summary>
/// Learns models on the gateway: keeps the windows that axes collect, and once an axis has all, trains on a task of its own, one axis at a time, and hands the model over to go
/// live. Thread-safe where destinations need it; <see cref="Progress"/> for everybody.
/// </summary>
internal sealed class LearningDesk : IScoreDestination, IAsyncDisposable
{
    // A record is some hundred bytes: about a block of the disk, and some seconds of an axis.
    private const int WindowsPerWrite = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<AxisId, AxisLearning> _axes = [];
    private readonly Channel<AxisLearning> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder;
    private readonly LearningOptions _options;
    private readonly IBaselineTrainer _trainer;
    private readonly ILearnedModels _models;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Written by the training task alone, which has ended when they are disposed.
    private readonly Dictionary<AxisId, ITimer> _retries = [];
    private Task _training = Task.CompletedTask;

    /// <param name="folder">Where windows are kept; made if need be.</param>
    /// <param name="options">Settings.</param>
    /// <param name="maxStreams">Most axes there can be.</param>
    /// <param name="trainer">Trains.</param>
    /// <param name="models">Where models go.</param>
    /// <param name="time">Bounds trainings, and dates cards.</param>
    /// <param name="logger">Logger.</param>
    public LearningDesk(string folder, LearningOptions options, int maxStreams, IBaselineTrainer trainer, ILearnedModels models, TimeProvider time, ILogger logger)
    {
        _folder = folder;
        _options = options;
        _trainer = trainer;
        _models = models;
        _time = time;
        _logger = logger;

        // Each axis is queued once at most, so this never is full.
        _queue = Channel.CreateBounded<AxisLearning>(new BoundedChannelOptions(maxStreams) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    /// <inheritdoc/>
    public string Name => "learning";

    /// <summary>Every axis that learns or has learned in this run, by name.</summary>
    public IReadOnlyList<LearningProgress> Progress
    {
        get
        {
            lock (_gate)
            {
                return [.. _axes.Values.OrderBy(axis => axis.Axis.ToString(), StringComparer.Ordinal).Select(axis => axis.View())];
            }
        }
    }

    /// <summary>Takes up what an earlier run collected and did not come to train, and begins to train.</summary>
    public void Start()
    {
        Directory.CreateDirectory(_folder);
        foreach (string path in Directory.EnumerateFiles(_folder, "*" + HealthyWindowFile.Ending).Order(StringComparer.Ordinal))
        {
            if (HealthyWindowFile.Open(path) is not { } file)
            {
                continue;
            }

            if (_models.Has(file.Axis))
            {
                file.Delete();
            }
            else if (file.IsComplete)
            {
                lock (_gate)
                {
                    var axis = new AxisLearning(file);
                    _axes[file.Axis] = axis;
                    Enqueue(axis);
                }
            }
        }

        _training = Task.Run(TrainAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Healthy.IsEmpty)
        {
            lock (_gate)
            {
                foreach (ref readonly HealthyWindow window in batch.Healthy)
                {
                    Take(window, batch.Feature(window));
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask MakeDurableAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (AxisLearning axis in _axes.Values)
            {
                Guard(axis, axis.MakeDurable);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) => MakeDurableAsync(cancellationToken);

    /// <summary>Gives a running training up; what was collected is kept for the next run.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _queue.Writer.TryComplete();
        await _training.ConfigureAwait(false);
        foreach (ITimer retry in _retries.Values)
        {
            await retry.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private void Take(in HealthyWindow window, ReadOnlySpan<float> feature)
    {
        if (!_axes.TryGetValue(window.Stream.Id, out AxisLearning? axis) || (window.Index == 0 && axis.Phase is LearningPhase.Collecting or LearningPhase.Failed))
        {
            axis = new AxisLearning(HealthyWindowFile.For(_folder, window, feature.Length));
            _axes[window.Stream.Id] = axis;
        }

        if (axis.Phase != LearningPhase.Collecting)
        {
            // A replay brings again what is complete.
            return;
        }

        axis.Take(window, feature);
        if (axis.Waiting >= WindowsPerWrite || axis.IsFull)
        {
            Guard(axis, axis.Write);
        }

        if (axis.IsFull && axis.Phase == LearningPhase.Collecting)
        {
            Enqueue(axis);
        }
    }

    private void Enqueue(AxisLearning axis)
    {
        axis.Enter(LearningPhase.Waiting);
        _queue.Writer.TryWrite(axis);
    }

    private void Guard(AxisLearning axis, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            axis.Enter(LearningPhase.Failed, $"its windows cannot be kept: {e.Message}");
            Log.LearningFailed(_logger, axis.Axis, e.Message);
        }
    }

    private async Task TrainAsync()
    {
        try
        {
            await foreach (AxisLearning axis in _queue.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                await TrainAsync(axis).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The gateway stops; the windows are on disk.
        }
    }

    private async Task TrainAsync(AxisLearning axis)
    {
        using var deadline = new CancellationTokenSource(_options.MaxTrainingTime, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        Enter(axis, LearningPhase.Training);
        try
        {
            var date = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
            LearnedModel model = await Task.Factory.StartNew(
                () => _trainer.Train(axis.File.Read(), date, new Share(this, axis), both.Token), both.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            string words = await _models.GoLiveAsync(axis.Axis, model, _stop.Token).ConfigureAwait(false);
            axis.File.Delete();
            Enter(axis, LearningPhase.Live, words);
            Log.ModelLearned(_logger, axis.Axis, words);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            Fail(axis, $"training took longer than Detector:Baseline:Autoencoder:MaxTrainingTime ({_options.MaxTrainingTime})");
        }
        catch (Exception e) when (e is ThrumException or IOException or UnauthorizedAccessException)
        {
            Fail(axis, e.Message);
        }
    }

    /// <summary>The axis waits for another attempt: a disk may have room again, or the processors time.</summary>
    private void Fail(AxisLearning axis, string why)
    {
        TimeSpan wait = _options.RetryAfter;
        string words = wait == TimeSpan.Zero ? why : string.Create(CultureInfo.InvariantCulture, $"{why}; tried again after {wait:c}");
        Enter(axis, LearningPhase.Failed, words);
        if (wait > TimeSpan.Zero)
        {
            _retries.GetValueOrDefault(axis.Axis)?.Dispose();
            _retries[axis.Axis] = _time.CreateTimer(_ => Retry(axis), null, wait, Timeout.InfiniteTimeSpan);
        }

        Log.LearningFailed(_logger, axis.Axis, words);
    }

    private void Retry(AxisLearning axis)
    {
        lock (_gate)
        {
            // Windows that are collected anew have taken its place meanwhile.
            if (axis.Phase == LearningPhase.Failed && _axes.GetValueOrDefault(axis.Axis) == axis)
            {
                Enqueue(axis);
            }
        }
    }

    private void Enter(AxisLearning axis, LearningPhase phase, string words = "")
    {
        lock (_gate)
        {
            axis.Enter(phase, words);
        }
    }

    private sealed class Share(LearningDesk desk, AxisLearning axis) : IProgress<double>
    {
        public void Report(double value)
        {
            lock (desk._gate)
            {
                axis.Share = value;
            }
        }
    }
}
