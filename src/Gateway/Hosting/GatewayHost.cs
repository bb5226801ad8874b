using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Live;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Sink.Delivery;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// A whole gateway: broker session → decoding → shards → delivery. It starts from the sink to the source and stops from the
/// source to the sink, so that what was taken in is scored and delivered before it ends.
/// </summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly ThrumOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ModelSet _models;
    private readonly Destinations _destinations;
    private readonly DeliverStage _deliver;
    private readonly HttpServer? _http;

    private GatewayHost(ThrumOptions options, TimeProvider time, ILoggerFactory loggers, ModelSet models, Destinations destinations)
    {
        _options = options;
        _time = time;
        _loggers = loggers;
        _models = models;
        _destinations = destinations;
        Pipeline = new DetectorPipeline(options.Detector, models.Assignments, time, loggers.CreateLogger<DetectorPipeline>());
        Session = new MqttSession(options.Mqtt.ToSession(), time, loggers.CreateLogger<MqttSession>());
        Ingest = new SampleIngest(
            options.Mqtt, Pipeline.Streams, Pipeline.SamplePool, Pipeline.Inputs, time, loggers.CreateLogger<SampleIngest>());
        _deliver = new DeliverStage(destinations.All, options.DrainDeadline, time, loggers.CreateLogger<DeliverStage>());
        Status = new GatewayStatus(
            [Ingest.Counters, Pipeline.Counters, _deliver.Counters, .. destinations.Counters],
            destinations.Tally,
            [() => Session.IsSubscribed ? null : $"broker {options.Mqtt.Host}:{options.Mqtt.Port}: {Session.LastFault ?? "connecting"}"]);
        _http = options.Http.Enabled ? new HttpServer(options.Http, Status, Live, time, loggers) : null;
    }

    public MqttSession Session { get; }

    public SampleIngest Ingest { get; }

    public DetectorPipeline Pipeline { get; }

    public LiveView Live => _destinations.Live;

    public GatewayStatus Status { get; }

    /// <summary>Address of the page; null before <see cref="RunAsync"/> has begun to serve or without one.</summary>
    public Uri? Page => _http?.Address;

    /// <summary>Loads the models and opens the store.</summary>
    public static async Task<GatewayHost> CreateAsync(ThrumOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ModelSet models = ModelSet.Load(options.Detector);
        try
        {
            Destinations destinations = await Destinations.OpenAsync(options, time, loggers).ConfigureAwait(false);
            return new GatewayHost(options, time, loggers, models, destinations);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>Begins to serve the page, so that its address is known.</summary>
    public Task StartHttpAsync(CancellationToken cancellationToken) => _http?.StartAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Runs until <paramref name="stopping"/> is cancelled, then drains; a fault of a stage stops the others and is thrown.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var failed = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, failed.Token);
        Task deliver = StopOnFault(_deliver.RunAsync(Pipeline.Output, _ => failed.CancelAsync(), CancellationToken.None), failed);
        Task detect = StopOnFault(Pipeline.RunAsync(failed.Token), failed);
        Task ingest = StopOnFault(IngestAsync(stop.Token), failed);
        Log.Started(_loggers.CreateLogger<GatewayHost>(), _options.Mqtt.Host, _options.Mqtt.Port, Page?.ToString() ?? "no page");
        try
        {
            await Task.WhenAll(ingest, detect, deliver).ConfigureAwait(false);
        }
        finally
        {
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

        Ingest.Dispose();
        Pipeline.Dispose();
        await _destinations.DisposeAsync().ConfigureAwait(false);
        _models.Dispose();
    }

    private async Task IngestAsync(CancellationToken stopping)
    {
        Exception? fault = null;
        try
        {
            await Session.RunAsync(Ingest, stopping).ConfigureAwait(false);
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
        }
    }

    private static async Task StopOnFault(Task stage, CancellationTokenSource failed)
    {
        try
        {
            await stage.ConfigureAwait(false);
        }
        catch
        {
            await failed.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
