using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Live;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Sink.Influx;
using Thrum.Sink.Mqtt;
using Thrum.Sink.Store;
using Thrum.Sink.Webhooks;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Where a gateway's scores go, in the order each batch is given to them: the store first, because it keeps the alarms and feeds
/// the webhooks, then the page, then the databases, which may wait.
/// </summary>
internal sealed class Destinations : IAsyncDisposable
{
    private readonly LocalStore _store;
    private readonly HistoryDestination _history;
    private readonly List<InfluxDestination> _influx = [];
    private readonly List<IScoreDestination> _observers = [];
    private MqttOutDestination? _mqtt;

    private Destinations(LocalStore store, HistoryDestination history, WindowTally tally, LiveView live)
    {
        _store = store;
        _history = history;
        Tally = tally;
        Live = live;
    }

    public LocalStore Store => _store;

    public WindowTally Tally { get; }

    public LiveView Live { get; }

    public IReadOnlyList<IScoreDestination> All => [_history, Live, Tally, .. _observers, .. Optional(_mqtt), .. _influx];

    /// <summary>Time from reading a message to the confirmed delivery of its points, per database.</summary>
    public IReadOnlyList<DestinationLatency> Latencies => [.. _influx.Select(influx => new DestinationLatency(influx.Name, influx.DeliveryLatency))];

    public IReadOnlyList<StageCounters> Counters { get; private set; } = [];

    private static IScoreDestination[] Optional(IScoreDestination? destination) => destination is null ? [] : [destination];

    /// <exception cref="ConfigurationException">The store cannot be used.</exception>
    public static async Task<Destinations> OpenAsync(ThrumOptions options, IScoreDestination? observer, TimeProvider time, ILoggerFactory loggers)
    {
        LocalStore store = await OpenStoreAsync(options, time, loggers).ConfigureAwait(false);
        var webhooks = new List<WebhookDestination>();
        Destinations? destinations = null;
        try
        {
            foreach (WebhookOptions webhook in options.Webhooks)
            {
                webhooks.Add(await WebhookDestination.CreateAsync(
                    webhook, options.Name, store, time, loggers.CreateLogger<WebhookDestination>(), CancellationToken.None).ConfigureAwait(false));
            }

            destinations = new Destinations(store, new HistoryDestination(store, webhooks, time), new WindowTally(time, loggers.CreateLogger<WindowTally>()), new LiveView(time));
            await destinations.AddAsync(options, observer, time, loggers).ConfigureAwait(false);
            destinations.Counters =
                [destinations._history.Counters, .. webhooks.Select(webhook => webhook.Counters), .. destinations._influx.Select(influx => influx.Counters)];
            return destinations;
        }
        catch
        {
            await CloseAsync(destinations, webhooks, store).ConfigureAwait(false);
            throw;
        }
    }

    private async Task AddAsync(ThrumOptions options, IScoreDestination? observer, TimeProvider time, ILoggerFactory loggers)
    {
        Live.Restore(await _store.QueryTransitionsAsync(null, LiveView.TransitionsKept, CancellationToken.None).ConfigureAwait(false));
        // An observer, as the demo's, shows the alarms in its own way.
        _observers.Add(observer ?? new AlarmLog(loggers.CreateLogger<AlarmLog>()));

        if (options.MqttOut.Enabled)
        {
            _mqtt = new MqttOutDestination(
                options.MqttOut, options.Name, await _store.QueryLatestTransitionsAsync(CancellationToken.None).ConfigureAwait(false),
                PublisherFor(options, time), time, loggers.CreateLogger<MqttOutDestination>());
        }

        foreach (InfluxOptions influx in options.Influx)
        {
            _influx.Add(await InfluxDestination.CreateAsync(
                influx, _store, time, loggers.CreateLogger<InfluxDestination>(), CancellationToken.None).ConfigureAwait(false));
        }
    }

    private static GatewayPublisherFactory PublisherFor(ThrumOptions options, TimeProvider time)
    {
        MqttSessionOptions session = options.Mqtt.ToSession();
        string clientId = options.MqttOut.ClientId.Length > 0 ? options.MqttOut.ClientId : session.ClientId.Length > 0 ? session.ClientId + "-out" : "";
        return new GatewayPublisherFactory(session with { ClientId = clientId }, MqttTopics.Status(options.MqttOut.Prefix, options.Name), time);
    }

    /// <summary>What was opened before a failed start; the history takes its webhooks with it.</summary>
    private static async Task CloseAsync(Destinations? destinations, List<WebhookDestination> webhooks, LocalStore store)
    {
        if (destinations is not null)
        {
            await destinations.DisposeAsync().ConfigureAwait(false);
            return;
        }

        foreach (WebhookDestination webhook in webhooks)
        {
            await webhook.DisposeAsync().ConfigureAwait(false);
        }

        await store.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<LocalStore> OpenStoreAsync(ThrumOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        CreateFolder(options.Store.Path);
        try
        {
            return await LocalStore.OpenAsync(options.Store, time, loggers.CreateLogger<LocalStore>()).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            throw new ConfigurationException([$"Store:Path: {e.Message}"], e);
        }
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"Store:Path is '{path}', expected a file in a folder that exists or can be made: {e.Message}"], e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (InfluxDestination influx in _influx)
        {
            await influx.DisposeAsync().ConfigureAwait(false);
        }

        if (_mqtt is not null)
        {
            await _mqtt.DisposeAsync().ConfigureAwait(false);
        }

        await _history.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
    }
}
