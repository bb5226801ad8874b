using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Live;
using Thrum.Sink.Influx;
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

    private Destinations(LocalStore store, HistoryDestination history, WindowTally tally)
    {
        _store = store;
        _history = history;
        Tally = tally;
    }

    public WindowTally Tally { get; }

    public LiveView Live { get; } = new();

    public IReadOnlyList<IScoreDestination> All => [_history, Live, Tally, .. _influx];

    public IReadOnlyList<StageCounters> Counters { get; private set; } = [];

    /// <exception cref="ConfigurationException">The store's folder cannot be made.</exception>
    public static async Task<Destinations> OpenAsync(ThrumOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        CreateFolder(options.Store.Path);
        LocalStore store = await LocalStore.OpenAsync(options.Store, time, loggers.CreateLogger<LocalStore>()).ConfigureAwait(false);
        var webhooks = new List<WebhookDestination>();
        foreach (WebhookOptions webhook in options.Webhooks)
        {
            webhooks.Add(await WebhookDestination.CreateAsync(
                webhook, options.Name, store, time, loggers.CreateLogger<WebhookDestination>(), CancellationToken.None).ConfigureAwait(false));
        }

        var destinations = new Destinations(store, new HistoryDestination(store, webhooks, time), new WindowTally(time, loggers.CreateLogger<WindowTally>()));
        foreach (InfluxOptions influx in options.Influx)
        {
            destinations._influx.Add(await InfluxDestination.CreateAsync(
                influx, store, time, loggers.CreateLogger<InfluxDestination>(), CancellationToken.None).ConfigureAwait(false));
        }

        destinations.Counters =
            [destinations._history.Counters, .. webhooks.Select(webhook => webhook.Counters), .. destinations._influx.Select(influx => influx.Counters)];
        return destinations;
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

        await _history.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
    }
}
