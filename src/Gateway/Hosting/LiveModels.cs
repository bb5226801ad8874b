using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Changes models while the gateway runs. A new file is read, checked and prepared beside the pipeline; then a command makes it live, and once every shard has
/// applied that, the old one goes. Thread-safe; one change at a time.
/// </summary>
internal sealed class LiveModels : IDisposable
{
    private const string Start = "start of the gateway";
    private const string Replaced = "replaced file";
    private const string Learned = "learned on the gateway";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ModelSet _models;
    private readonly DetectorPipeline _pipeline;
    private readonly OperatorCommands _commands;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<ModelEntry, FileLook> _looks = [];
    private readonly TaskCompletionSource _behindReplay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasReplay;

    public LiveModels(ModelSet models, DetectorPipeline pipeline, OperatorCommands commands, TimeProvider time, ILogger<LiveModels> logger)
    {
        _models = models;
        _pipeline = pipeline;
        _commands = commands;
        _time = time;
        _logger = logger;
        foreach (ModelEntry entry in models.Entries.Where(entry => !entry.IsLearned))
        {
            _looks[entry] = new FileLook(entry.Options.Path);
        }
    }

    /// <summary>Where a replay finds models; null without a journal.</summary>
    public ModelArchive? Archive { get; private set; }

    /// <summary>The models in use, for the API.</summary>
    public IReadOnlyList<ModelView> Views => [.. _models.Assignments.Select(ModelView.Of)];

    /// <summary>What their alarms rest on, for the API.</summary>
    public IReadOnlyList<CalibrationView> Calibrations => [.. _models.Assignments.Select(CalibrationView.Of)];

    /// <summary>Before the states are restored: begins with the models that were live at a record of the journal.</summary>
    public void BeginAt(ModelArchive archive, long through)
    {
        Archive = archive;
        _hasReplay = true;
        _pipeline.Models.Source = FromArchive;
        foreach (ModelEntry entry in _models.Entries)
        {
            ModelAssignment? configured = entry.Live;
            string? revision = archive.LiveAt(entry.Options.Match, through);
            if (revision is null && entry is { IsLearned: true, Live: not null })
            {
                // It was learned behind that record: the command that made it live is in the journal, or comes behind it.
                _pipeline.BeginWithout(entry.Options.Match);
                entry.Live = null;
            }

            if (revision is not null && revision != configured?.Model.Hash && FromArchive(entry.Options.Match, revision) is { } before)
            {
                _pipeline.Begin(before);
                entry.Live = before;
            }

            if (configured is not null)
            {
                Keep(archive, entry);
            }

            if (entry.Live is { } live)
            {
                _pipeline.Models.Note(new ModelUse(entry.Options.Match, through, live.Model.Hash));
            }
        }
    }

    /// <summary>
    /// Behind the journal of before, makes the configured files live, which the replay may have ended without; then looks for replaced files now and then.
    /// </summary>
    public async Task WatchAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        try
        {
            if (Archive is not null)
            {
                await StartAsync(cancellationToken).ConfigureAwait(false);
            }

            _behindReplay.TrySetResult();

            while (interval > TimeSpan.Zero)
            {
                await Task.Delay(interval, _time, cancellationToken).ConfigureAwait(false);
                foreach (ModelEntry entry in _models.Entries.Where(entry => _looks.TryGetValue(entry, out FileLook? look) && look.IsReplaced()))
                {
                    await TryTakeAsync(entry, Replaced, isUnconditional: false, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    /// <summary>Takes the file of a model as it is now, for all entries of that name.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the model may still be taken.</exception>
    public async Task<CommandResult> ReloadAsync(string name, string by, CancellationToken cancellationToken)
    {
        if (_hasReplay && !_behindReplay.Task.IsCompleted)
        {
            return new CommandResult(CommandOutcome.Unavailable, "the journal of before is being processed");
        }

        ModelEntry[] entries = [.. _models.Entries.Where(entry => entry.Name == name)];
        var result = new CommandResult(CommandOutcome.Unknown, $"Detector:Models has no file named '{name}'");
        foreach (ModelEntry entry in entries)
        {
            result = await TryTakeAsync(entry, by, isUnconditional: false, cancellationToken).ConfigureAwait(false);
            if (result.Outcome != CommandOutcome.Applied)
            {
                return result;
            }
        }

        return result;
    }

    /// <summary>Takes a model that was learned on the gateway for the axis that learned it, once the journal of before is processed.</summary>
    /// <param name="learned">Its file, and the pattern that fits its axis only.</param>
    /// <param name="cancellationToken">Ends the wait; the model may still be taken.</param>
    public async Task<CommandResult> TakeLearnedAsync(ModelOptions learned, CancellationToken cancellationToken)
    {
        await _behindReplay.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        ModelEntry entry = _models.EntryOf(learned);
        _pipeline.Models.AddEntry(learned.Match);
        return await TryTakeAsync(entry, Learned, isUnconditional: false, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _turn.Dispose();

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        // Unconditional: behind this command the replayed ones were applied too, whatever they were.
        foreach (ModelEntry entry in _models.Entries)
        {
            await TryTakeAsync(entry, Start, isUnconditional: true, cancellationToken).ConfigureAwait(false);
        }

        _pipeline.Models.Source = null;
        _behindReplay.TrySetResult();
        Archive!.Release(revision => !_models.Assignments.Any(live => live.Model.Hash == revision));
    }

    private async Task<CommandResult> TryTakeAsync(ModelEntry entry, string by, bool isUnconditional, CancellationToken cancellationToken)
    {
        if (entry.Options.Optional && !File.Exists(entry.Options.Path))
        {
            return new CommandResult(CommandOutcome.WrongState, $"{entry.Setting}: there is no file '{entry.Options.Path}' yet");
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ModelFile file = ModelSet.Read(entry);
            return !isUnconditional && file.Hash == entry.Live?.Model.Hash
                ? new CommandResult(CommandOutcome.Applied, $"the file of model '{entry.Name}' is the one in use")
                : await TakeAsync(entry, file, by, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConfigurationException or ModelFileException or IOException or UnauthorizedAccessException)
        {
            Log.ModelRefused(_logger, entry.Name, entry.Options.Match, e.Message);
            return new CommandResult(CommandOutcome.Refused, e.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<CommandResult> TakeAsync(ModelEntry entry, ModelFile file, string by, CancellationToken cancellationToken)
    {
        ModelAssignment? before = entry.Live;
        ModelAssignment next = _pipeline.Models.Find(entry.Options.Match, file.Hash) ?? await PrepareAsync(entry, file).ConfigureAwait(false);
        CommandResult result = await _commands.SubmitAsync(
            new OperatorCommand
            {
                Action = OperatorAction.UseModel,
                Target = AxisId.OfGateway,
                Model = entry.Options.Match,
                Revision = file.Hash,
                By = by,
            },
            cancellationToken).ConfigureAwait(false);
        if (result.Outcome != CommandOutcome.Applied)
        {
            return result;
        }

        entry.Live = next;
        if (before is not null && before != next)
        {
            // Every shard has left it.
            _pipeline.Withdraw(before);
            _models.Close(before);
            Archive?.Release(revision => revision == before.Model.Hash);
        }

        if (before != next)
        {
            Log.ModelTaken(_logger, entry.Name, entry.Options.Match, before?.Model.Description.Revision ?? "none", next.Model.Description.Revision, result.Axes, by);
        }

        return result with
        {
            Message = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"model '{entry.Name}' is revision {next.Model.Description.Revision} from now on, on {result.Axes} axes"),
        };
    }

    /// <summary>All that takes time, while the shards go on.</summary>
    private Task<ModelAssignment> PrepareAsync(ModelEntry entry, ModelFile file) => Task.Run(() =>
    {
        ModelAssignment assignment = _models.Open(entry, file);
        Archive?.Keep(file);
        _pipeline.Offer(assignment);
        return assignment;
    });

    private static void Keep(ModelArchive archive, ModelEntry entry)
    {
        try
        {
            archive.Keep(ModelSet.Read(entry));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"Store:Path: the models that the journal needs cannot be kept beside it: {e.Message}"], e);
        }
    }

    private ModelAssignment? FromArchive(string match, string revision)
    {
        try
        {
            return _models.Entries.FirstOrDefault(entry => entry.Options.Match == match) is { } entry && Archive!.Find(revision, entry.Name) is { } file
                ? _models.Open(entry, file)
                : null;
        }
        catch (Exception e) when (e is ConfigurationException or ModelFileException or IOException or UnauthorizedAccessException)
        {
            Log.ModelNotReplayed(_logger, revision, match, e.Message);
            return null;
        }
    }
}
