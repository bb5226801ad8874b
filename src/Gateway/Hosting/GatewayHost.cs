using Thrum.Detector.Commands;
using Thrum.Detector.Measures;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http;
using Thrum.Gateway.Learning;
using Thrum.Gateway.Live;
using Thrum.Gateway.Telemetry;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Ingest.Sparkplug;
using Thrum.Sink.Delivery;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// A whole gateway: broker session → decoding → shards → delivery. It starts from the sink to the source and stops from the
/// source to the sink, so that what was taken in is scored and delivered before it ends.
/// </summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly ThrumOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _stopGrace;
    private readonly ModelSet _models;
    private readonly LiveModels _live;
    private readonly Destinations _destinations;
    private readonly DeliverStage _deliver;
    private readonly HttpServer? _http;
    private readonly JournalIngest? _journalled;
    private readonly AxisReader _axes;
    private readonly GatewayMeter _meter;
    private readonly ModelUpload _uploads;
    private readonly SparkplugRebirths? _rebirths;
    private readonly IMessageHandler _receiver;
    private readonly GatewayLearning? _learning;

    private GatewayHost(
        ThrumOptions options, TimeProvider time, ILoggerFactory loggers, ModelSet models, DetectorPipeline pipeline, Destinations destinations, GatewayMeter meter, GatewayLearning? learning)
    {
        _meter = meter;
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<GatewayHost>();
        _models = models;
        _destinations = destinations;
        _learning = learning;
        destinations.Learning = learning?.Desk;
        Pipeline = pipeline;
        _axes = new AxisReader(pipeline);
        MqttSessionOptions session = options.Mqtt.ToSession() with { AcknowledgeAfterFlush = destinations.Journal is null };
        _stopGrace = session.StopGrace;
        Session = MqttSessions.Create(session, time, loggers.CreateLogger<MqttSession>(), new SubscriptionRecord(destinations.Store));
        Ingest = new SampleIngest(
            options.Mqtt, Pipeline.Streams, Pipeline.SamplePool, Pipeline.Inputs, time, loggers.CreateLogger<SampleIngest>())
        {
            DeadLetters = destinations.DeadLetters,
            Units = new DeclaredUnits(options.Machines),
        };
        _journalled = CreateJournalled(loggers);
        _receiver = (IMessageHandler?)_journalled ?? Ingest;
        if (SparkplugStage.IsNeeded(options.Mqtt))
        {
            _rebirths = new SparkplugRebirths(session, options.Mqtt.AskForBirths, time, loggers.CreateLogger<SparkplugRebirths>());
            _receiver = new SparkplugStage(options.Mqtt, _receiver, Ingest, _rebirths, loggers.CreateLogger<SparkplugStage>());
        }

        _deliver = new DeliverStage(
            destinations.All, options.DrainDeadline, time, loggers.CreateLogger<DeliverStage>(), destinations.Checkpoints(Pipeline.Streams.Shards));
        Status = StatusOf();
        meter.Observe(Status);
        var commands = new OperatorCommands(Pipeline, time, _journalled is null ? null : _journalled.SubmitAsync);
        _live = new LiveModels(models, Pipeline, commands, time, loggers.CreateLogger<LiveModels>()) { Comparison = destinations.Comparison };
        _uploads = new ModelUpload(models, _live);
        _http = options.Http.Enabled ? new HttpServer(options.Http, Status, Live, time, loggers, PartsOf(commands)) : null;
    }

    public IMqttSession Session { get; }

    public SampleIngest Ingest { get; }

    public DetectorPipeline Pipeline { get; }

    public LiveView Live => _destinations.Live;

    public GatewayStatus Status { get; }

    /// <summary>Address of the page; null before <see cref="RunAsync"/> has begun to serve or without one.</summary>
    public Uri? Page => _http?.Address;

    /// <summary>Loads the models and opens the store.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where the parts log.</param>
    /// <param name="observer">One more destination, given each batch before the databases; null for none.</param>
    public static async Task<GatewayHost> CreateAsync(
        ThrumOptions options, TimeProvider time, ILoggerFactory loggers, IScoreDestination? observer = null)
    {
        GatewayLearning? learning = GatewayLearning.Open(options, time, loggers);
        ModelSet models = ModelSet.Load(options.Detector, learning?.Models, time);
        var pipeline = new DetectorPipeline(options.Detector, models.Assignments, time, loggers.CreateLogger<DetectorPipeline>(), options.Machines);
        var meter = new GatewayMeter();
        Destinations? destinations = null;
        try
        {
            destinations = await Destinations.OpenAsync(options, pipeline.Streams.Shards, observer, time, loggers, meter.Delivery).ConfigureAwait(false);
            ModelArchive? archive = destinations.OpenModels(options.Store, pipeline.Models, time, loggers);
            var host = new GatewayHost(options, time, loggers, models, pipeline, destinations, meter, learning);
            if (destinations.Journal is { } journal && archive is not null)
            {
                host._live.BeginAt(archive, journal.Through);
                pipeline.Restore(journal.States);
            }

            return host;
        }
        catch
        {
            pipeline.Dispose();
            meter.Dispose();
            if (destinations is not null)
            {
                await destinations.DisposeAsync().ConfigureAwait(false);
            }

            models.Dispose();
            throw;
        }
    }

    private GatewayStatus StatusOf() => new(
        [Ingest.Counters, Pipeline.Counters, _deliver.Counters, .. _destinations.Counters],
        _destinations.Tally,
        [
            () => _journalled is { IsRecovering: true } ? "the journal of before is being processed" : null,
            () => _live!.IsSettled ? null : "the configured models are being put in use",
            () => Session.IsSubscribed ? null : $"broker {_options.Mqtt.Host}:{_options.Mqtt.Port}: {Session.LastFault ?? "connecting"}",
            () => _destinations.Store.Fault,
            () => _destinations.Journal?.File.Fault,
        ])
    {
        Grid = Pipeline.Grid,
        DeliveryTo = _meter.DeliveryTo,
        Deliveries = _destinations.Health,
        Models = () => _live!.Views,
        Calibrations = () => _live!.Calibrations,
        Storage = new StorageStatus(_destinations.Store, _destinations.Journal?.File, () => Ingest.Samples),
    };

    private ApiParts PartsOf(OperatorCommands commands) => new()
    {
        Recalibrator = new Recalibrator(_destinations.Scores, _axes, () => _models.Assignments, _models.Rules, commands),
        Store = _destinations.Store,
        Meter = _meter,
        Commands = commands,
        Models = _live,
        Uploads = _uploads,
        Learning = _learning?.Desk,
        Axes = _axes,
        Options = () => _options,
    };

    /// <summary>Begins to serve the page, so that its address is known.</summary>
    public Task StartHttpAsync(CancellationToken cancellationToken) => _http?.StartAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>
    /// Runs until <paramref name="stopping"/> is cancelled, then drains: what was taken in is scored and delivered. When that takes
    /// longer than <see cref="ThrumOptions.DrainDeadline"/> beyond the session's grace, the rest is counted as lost and it ends all
    /// the same. A fault of a stage stops the others and is thrown.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var failed = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, failed.Token);
        using var drained = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();
        using var detectStop = CancellationTokenSource.CreateLinkedTokenSource(failed.Token, drained.Token);
        _learning?.Start(_live);
        Task deliver = StopOnFaultAsync(_deliver.RunAsync(Pipeline.Output, _ => failed.CancelAsync(), drained.Token), failed, drained.Token);
        Task detect = StopOnFaultAsync(Pipeline.RunAsync(detectStop.Token), failed, drained.Token);
        Task ingest = StopOnFaultAsync(IngestAsync(stop.Token, detectStop.Token), failed, drained.Token);
        Task limit = LimitDrainAsync(drained, stop.Token, ended.Token);
        Log.Started(_logger, _options.Mqtt.Host, _options.Mqtt.Port, Page?.ToString() ?? "no page");
        try
        {
            await Task.WhenAll(ingest, detect, deliver).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await limit.ConfigureAwait(false);
            if (_http is not null)
            {
                await _http.StopAsync().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_http is not null)
        {
            await _http.DisposeAsync().ConfigureAwait(false);
        }

        if (_learning is not null)
        {
            await _learning.DisposeAsync().ConfigureAwait(false);
        }

        _axes.Dispose();
        _uploads.Dispose();
        Ingest.Dispose();
        Pipeline.Dispose();
        await _destinations.DisposeAsync().ConfigureAwait(false);
        _live.Dispose();
        _meter.Dispose();
        _models.Dispose();
    }

    private JournalIngest? CreateJournalled(ILoggerFactory loggers)
    {
        if (_destinations.Journal is not { } journal)
        {
            return null;
        }

        // An eighth: what was processed since the last two barriers and what is under way must leave room for more.
        var pacing = new JournalPacing(_options.Store.CheckpointInterval, _options.Store.JournalBytes / 8);
        return new JournalIngest(Ingest, journal.File, Session.AcknowledgeThroughAsync, pacing, _time, loggers.CreateLogger<JournalIngest>());
    }

    private async Task IngestAsync(CancellationToken stopping, CancellationToken hard)
    {
        Exception? fault = null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task asking = _rebirths?.RunAsync(ended.Token) ?? Task.CompletedTask;
        try
        {
            await (_journalled is null ? ReceiveAsync(stopping) : ReceiveJournalledAsync(_journalled, stopping, hard)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            fault = e;
            throw;
        }
        finally
        {
            foreach (System.Threading.Channels.ChannelWriter<SampleBatch> shard in Pipeline.Inputs)
            {
                shard.TryComplete(fault);
            }

            await ended.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task models = _live.WatchAsync(_options.Detector.ModelWatch, ended.Token);
        try
        {
            await Session.RunAsync(_receiver, stopping).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await models.ConfigureAwait(false);
        }
    }

    /// <summary>What the journal holds comes first, then the broker; the session ends before the journal does, which still acknowledges.</summary>
    private async Task ReceiveJournalledAsync(JournalIngest journalled, CancellationToken stopping, CancellationToken hard)
    {
        await journalled.RecoverAsync(_destinations.Journal!.Through, stopping, hard).ConfigureAwait(false);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task journal = journalled.RunAsync(hard);
        Task models = _live.WatchAsync(_options.Detector.ModelWatch, ended.Token);
        Task session = Session.RunAsync(_receiver, ended.Token);
        // A journal that has failed takes nothing more.
        await Task.WhenAny(journal, session).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        try
        {
            await session.ConfigureAwait(false);
        }
        finally
        {
            await models.ConfigureAwait(false);
            journalled.Complete();
            await journal.ConfigureAwait(false);
        }
    }

    /// <summary>Once the stop has begun, gives the drain its time and then ends it.</summary>
    private async Task LimitDrainAsync(CancellationTokenSource drained, CancellationToken stopping, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, ended);
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(_stopGrace + _options.DrainDeadline, _time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ended.IsCancellationRequested)
        {
            Log.DrainDeadlinePassed(_logger, _options.DrainDeadline);
            await drained.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task StopOnFaultAsync(Task stage, CancellationTokenSource failed, CancellationToken drained)
    {
        try
        {
            await stage.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (drained.IsCancellationRequested)
        {
            // The drain's time is up: said in the log, and what was left is in the counters.
        }
        catch
        {
            await failed.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
