using System.Diagnostics.Metrics;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Learning;
using Thrum.Gateway.Live;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Sink;
using Thrum.Sink.Delivery;
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
    private CheckpointCommitter? _committer;

    private Destinations(LocalStore store, JournalState? journal, HistoryDestination history, WindowTally tally, LiveView live, TimeProvider time)
    {
        DeadLetters = new DeadLetterStore(store, time);
        _store = store;
        Journal = journal;
        _history = history;
        Tally = tally;
        Live = live;
    }

    public LocalStore Store => _store;

    /// <summary>Messages that could not be decoded.</summary>
    public DeadLetterStore DeadLetters { get; }

    /// <summary>The journal and what was loaded with it; null in memory mode.</summary>
    public JournalState? Journal { get; }

    /// <summary>How shadow models compare with live ones.</summary>
    public ShadowComparison? Comparison { get; private set; }

    /// <summary>Where a replay finds models; null in memory mode.</summary>
    public ModelArchive? Models { get; private set; }

    /// <summary>Keeps what axes learn from; null when they learn nothing.</summary>
    public LearningDesk? Learning { get; set; }

    /// <summary>Keeps scores to calibrate on; null when none are.</summary>
    public ScoreRecorder? Scores { get; private set; }

    public WindowTally Tally { get; }

    public LiveView Live { get; }

    public IReadOnlyList<IScoreDestination> All => [_history, Live, Tally, .. _observers, .. Optional(Learning), .. Optional(Scores), .. Optional(Models), .. Optional(Comparison), .. Optional(_mqtt), .. _influx];

    /// <summary>How webhooks and databases are doing.</summary>
    public IReadOnlyList<DeliveryHealth> Health { get; private set; } = [];

    public IReadOnlyList<StageCounters> Counters { get; private set; } = [];

    private static IScoreDestination[] Optional(IScoreDestination? destination) => destination is null ? [] : [destination];

    /// <param name="options">Checked options.</param>
    /// <param name="shards">Number of shards that windows come from.</param>
    /// <param name="observer">One more destination, or null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where the parts log.</param>
    /// <param name="deliverySeconds">Where the databases record how long their deliveries take; null for nowhere.</param>
    /// <exception cref="ConfigurationException">The store cannot be used.</exception>
    public static async Task<Destinations> OpenAsync(ThrumOptions options, int shards, IScoreDestination? observer, TimeProvider time, ILoggerFactory loggers, Histogram<double>? deliverySeconds = null)
    {
        LocalStore store = await OpenStoreAsync(options, time, loggers).ConfigureAwait(false);
        var webhooks = new List<WebhookDestination>();
        JournalState? journal = null;
        Destinations? destinations = null;
        try
        {
            journal = await OpenJournalAsync(options.Store, store, time, loggers).ConfigureAwait(false);
            foreach (WebhookOptions webhook in options.Webhooks)
            {
                webhooks.Add(await WebhookDestination.CreateAsync(
                    webhook, options.EventSource(), store, time, loggers.CreateLogger<WebhookDestination>(), CancellationToken.None).ConfigureAwait(false));
            }

            destinations = new Destinations(
                store, journal, new HistoryDestination(store, webhooks, time, shards), new WindowTally(time, loggers.CreateLogger<WindowTally>()), new LiveView(time), time);
            destinations.Comparison = new ShadowComparison(Path.Combine(options.Store.ModelsFolder, "shadows.json"), time, loggers.CreateLogger<ShadowComparison>());
            destinations.Scores = OpenScores(options, time, loggers);
            await destinations.AddAsync(options, observer, deliverySeconds, time, loggers).ConfigureAwait(false);
            destinations.Health = [.. webhooks.Select(webhook => webhook.Health), .. destinations._influx.Select(influx => influx.Health)];
            destinations.Counters =
                [destinations._history.Counters, .. webhooks.Select(webhook => webhook.Counters), .. destinations._influx.Select(influx => influx.Counters)];
            return destinations;
        }
        catch
        {
            await CloseAsync(destinations, webhooks, journal, store).ConfigureAwait(false);
            throw;
        }
    }

    private static ScoreRecorder? OpenScores(ThrumOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        string folder = Path.ChangeExtension(options.Store.Path, ".scores");
        try
        {
            return options.Detector.Recalibration.KeptWindows == 0 ? null : new ScoreRecorder(folder, options.Detector.Recalibration, time, loggers.CreateLogger<ScoreRecorder>());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"Store:Path: the folder '{folder}' beside it cannot be used: {e.Message}"], e);
        }
    }

    private async Task AddAsync(ThrumOptions options, IScoreDestination? observer, Histogram<double>? deliverySeconds, TimeProvider time, ILoggerFactory loggers)
    {
        IReadOnlyList<AlarmTransition> latest = await _store.QueryLatestTransitionsAsync(CancellationToken.None).ConfigureAwait(false);
        // In memory mode the detector begins anew and no command could end an alarm of before: one that is still due is raised again.
        Live.Restore(
            await new StorePages(_store).AlarmsAsync(new AlarmQuery(LiveView.TransitionsKept), CancellationToken.None).ConfigureAwait(false), options.Store.Durability == Durability.Memory ? [] : latest);
        // An observer, as the demo's, shows the alarms in its own way.
        _observers.Add(observer ?? new AlarmLog(loggers.CreateLogger<AlarmLog>()));

        if (options.MqttOut.Enabled)
        {
            _mqtt = new MqttOutDestination(
                options.MqttOut, options.Name, latest,
                PublisherFor(options, time), time, loggers.CreateLogger<MqttOutDestination>());
        }

        foreach (InfluxOptions influx in options.Influx)
        {
            _influx.Add(await InfluxDestination.CreateAsync(
                influx, _store, time, loggers.CreateLogger<InfluxDestination>(), CancellationToken.None, deliverySeconds).ConfigureAwait(false));
        }
    }

    /// <summary>Opens the archive of models beside the journal; null in memory mode. Comes before <see cref="Checkpoints"/>.</summary>
    /// <exception cref="ConfigurationException">Its folder cannot be used.</exception>
    public ModelArchive? OpenModels(StoreOptions options, ModelRegister register, TimeProvider time, ILoggerFactory loggers)
    {
        try
        {
            return Models = Journal is null ? null : new ModelArchive(options.ModelsFolder, register, () => _committer?.Through ?? Journal.Through, time, loggers.CreateLogger<ModelArchive>());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"Store:Path: the folder '{options.ModelsFolder}' beside it cannot be used: {e.Message}"], e);
        }
    }

    /// <summary>Commits the shards' states to the store; null in memory mode.</summary>
    public CheckpointCommitter? Checkpoints(int shards) =>
        _committer = Journal is null ? null : new CheckpointCommitter(_history, All, _store, Journal.File, shards, Journal.Through);

    private static GatewayPublisherFactory PublisherFor(ThrumOptions options, TimeProvider time)
    {
        MqttSessionOptions session = options.Mqtt.ToSession();
        string clientId = options.MqttOut.ClientId.Length > 0 ? options.MqttOut.ClientId : session.ClientId.Length > 0 ? session.ClientId + "-out" : "";
        return new GatewayPublisherFactory(session with { ClientId = clientId }, MqttTopics.Status(options.MqttOut.Prefix, options.Name), time);
    }

    /// <summary>What was opened before a failed start; the history takes its webhooks with it.</summary>
    private static async Task CloseAsync(Destinations? destinations, List<WebhookDestination> webhooks, JournalState? journal, LocalStore store)
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

        if (journal is not null)
        {
            await journal.File.DisposeAsync().ConfigureAwait(false);
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

    private static async Task<JournalState?> OpenJournalAsync(StoreOptions options, LocalStore store, TimeProvider time, ILoggerFactory loggers)
    {
        try
        {
            if (options.Durability == Durability.Memory)
            {
                await LeaveJournalAsync(options, store, loggers.CreateLogger<Destinations>()).ConfigureAwait(false);
                return null;
            }

            (IReadOnlyList<StoredState> states, long through) = await store.LoadCheckpointAsync(CancellationToken.None).ConfigureAwait(false);
            long newest = states.Select(state => state.Sequence).Append(through).Max();
            JournalFile file = await JournalFile.OpenAsync(options, newest, time, loggers.CreateLogger<JournalFile>()).ConfigureAwait(false);
            return new JournalState(file, states, through);
        }
        catch (StoreException e)
        {
            throw new ConfigurationException([$"Store:Path: {e.Message}"], e);
        }
    }

    /// <summary>Memory mode reads no journal. What one still holds stays there, with the states that it continues, for a later start in journal mode.</summary>
    private static async Task LeaveJournalAsync(StoreOptions options, LocalStore store, ILogger logger)
    {
        long left = await LeftoverJournal.CountAsync(options).ConfigureAwait(false);
        if (left > 0)
        {
            Log.JournalLeft(logger, options.JournalPath, left);
        }
        else
        {
            await store.ClearCheckpointAsync(CancellationToken.None).ConfigureAwait(false);
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

        Scores?.Dispose();
        await DeadLetters.DisposeAsync().ConfigureAwait(false);
        await _history.DisposeAsync().ConfigureAwait(false);
        if (Journal is not null)
        {
            await Journal.File.DisposeAsync().ConfigureAwait(false);
        }

        await _store.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>The journal as it was found.</summary>
/// <param name="File">The journal.</param>
/// <param name="States">States of axes and machines.</param>
/// <param name="Through">No record up to here is needed for them.</param>
internal sealed record JournalState(JournalFile File, IReadOnlyList<StoredState> States, long Through);
