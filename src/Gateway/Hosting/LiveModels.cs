using System.Globalization;
using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Changes models while the gateway runs. A new file is read, checked and prepared beside the pipeline; then a command puts it in use, and once every shard has
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
    private readonly Dictionary<(ModelEntry Entry, ModelRole Role), FileLook> _looks = [];
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
            foreach (ModelRole role in Enum.GetValues<ModelRole>().Where(role => entry.PathOf(role).Length > 0))
            {
                _looks[(entry, role)] = new FileLook(entry.PathOf(role));
            }
        }
    }

    /// <summary>True once the configured files are in use and models can be changed.</summary>
    public bool IsSettled => _behindReplay.Task.IsCompleted;

    /// <summary>Where a replay finds models; null without a journal.</summary>
    public ModelArchive? Archive { get; private set; }

    /// <summary>How shadows compare with live models; null where nobody compares.</summary>
    public ShadowComparison? Comparison { get; init; }

    /// <summary>The models in use, for the API.</summary>
    public IReadOnlyList<ModelView> Views => [.. _models.Assignments.Select(ModelView.Of)];

    /// <summary>What their alarms rest on, for the API.</summary>
    public IReadOnlyList<CalibrationView> Calibrations => [.. _models.Assignments.Select(CalibrationView.Of)];

    /// <summary>Where the file of a model is; null when there is no model of that name.</summary>
    public string? FileOf(string name) => Named(name).FirstOrDefault()?.Options.Path;

    /// <summary>The comparisons of the shadows of a model; null when there is no model of that name.</summary>
    public IReadOnlyList<ShadowView>? Shadows(string name)
    {
        ModelEntry[] entries = Named(name);
        return entries.Length == 0 ? null : [.. entries.Select(ViewOf).OfType<ShadowView>()];
    }

    /// <summary>Before the states are restored: begins with the models that were in use at a record of the journal.</summary>
    public void BeginAt(ModelArchive archive, long through)
    {
        Archive = archive;
        _hasReplay = true;
        _pipeline.Models.Source = FromArchive;
        foreach (ModelEntry entry in _models.Entries)
        {
            if (entry.Live is not null)
            {
                Keep(archive, entry);
            }

            if (entry is { IsLearned: true, Live: not null } && archive.UsedAt(entry.Options.Match, ModelRole.Live, through) is null)
            {
                // It was learned behind that record: the command that made it live is in the journal, or comes behind it.
                _pipeline.BeginWithout(entry.Options.Match);
                entry.Live = null;
            }

            foreach (ModelRole role in Enum.GetValues<ModelRole>())
            {
                if (archive.UsedAt(entry.Options.Match, role, through) is { } revision && revision != entry[role]?.Model.Hash
                    && FromArchive(entry.Options.Match, revision, role) is { } before)
                {
                    _pipeline.Begin(before);
                    entry[role] = before;
                }

                if (entry[role] is { } used)
                {
                    _pipeline.Models.Note(new ModelUse(entry.Options.Match, through, used.Model.Hash, role));
                }
            }
        }

        // Axes may be further than that record, and ask for what was used since.
        foreach (ModelUse use in archive.Uses.Where(use => use.Sequence > through))
        {
            _pipeline.Models.Note(use);
        }
    }

    /// <summary>
    /// Behind the journal of before, puts the configured files in use, which the replay may have ended without; then looks for replaced files now and then.
    /// </summary>
    public async Task WatchAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
            _behindReplay.TrySetResult();
            while (interval > TimeSpan.Zero)
            {
                await Task.Delay(interval, _time, cancellationToken).ConfigureAwait(false);
                foreach (((ModelEntry entry, ModelRole role), FileLook look) in _looks)
                {
                    if (look.IsReplaced())
                    {
                        await TakeFileAsync(entry, role, Replaced, isUnconditional: false, cancellationToken).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    /// <summary>Takes the files of a model and its shadow as they are now, for all entries of that name.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the model may still be taken.</exception>
    public Task<CommandResult> ReloadAsync(string name, string by, CancellationToken cancellationToken) => ForEachAsync(name, async entry =>
    {
        CommandResult result = await TakeFileAsync(entry, ModelRole.Live, by, isUnconditional: false, cancellationToken).ConfigureAwait(false);
        return result.Outcome != CommandOutcome.Applied || entry.Options.Shadow.Length == 0
            ? result
            : await TakeFileAsync(entry, ModelRole.Shadow, by, isUnconditional: false, cancellationToken).ConfigureAwait(false) is { Outcome: not CommandOutcome.Applied } refused ? refused : result;
    });

    /// <summary>Takes the file that a model has for a role as it is now, for all entries of that name.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the model may still be taken.</exception>
    public Task<CommandResult> ReloadAsync(string name, ModelRole role, string by, CancellationToken cancellationToken) => role == ModelRole.Live
        ? ReloadAsync(name, by, cancellationToken)
        : ForEachAsync(name, entry => TakeFileAsync(entry, role, by, isUnconditional: false, cancellationToken));

    /// <summary>
    /// Makes the shadow of a model the live one: its file takes the place of the model's, which is kept beside it, so that the configured file is still what runs.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; the model may still be taken.</exception>
    public Task<CommandResult> PromoteAsync(string name, string by, CancellationToken cancellationToken) => ForEachAsync(name, async entry =>
    {
        if (entry.Shadow is not { } shadow)
        {
            return new CommandResult(CommandOutcome.WrongState, $"model '{name}' has no shadow, expected a file at its Shadow");
        }

        try
        {
            ShadowFiles.Promote(entry, shadow.Model.Hash);
        }
        catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            return new CommandResult(CommandOutcome.Refused, e.Message);
        }

        CommandResult result = await TakeFileAsync(entry, ModelRole.Live, by, isUnconditional: false, cancellationToken).ConfigureAwait(false);
        await TakeFileAsync(entry, ModelRole.Shadow, by, isUnconditional: false, cancellationToken).ConfigureAwait(false);
        return result;
    });

    public void Dispose() => _turn.Dispose();

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        // In journal mode unconditional: behind this command the replayed ones were applied too, whatever they were.
        bool isUnconditional = Archive is not null;
        foreach (ModelEntry entry in _models.Entries)
        {
            foreach (ModelRole role in Enum.GetValues<ModelRole>())
            {
                await TakeFileAsync(entry, role, Start, isUnconditional, cancellationToken).ConfigureAwait(false);
            }
        }

        _pipeline.Models.Source = null;
        Archive?.Release(revision => !_models.Entries.Any(entry => entry.Live?.Model.Hash == revision || entry.Shadow?.Model.Hash == revision));
    }

    private ShadowView? ViewOf(ModelEntry entry) =>
        entry.Live is { } live && entry.Shadow is { } shadow && Comparison is not null ? ShadowView.Of(live, shadow, Comparison) : null;

    private ModelEntry[] Named(string name) => [.. _models.Entries.Where(entry => entry.Name == name)];

    private async Task<CommandResult> ForEachAsync(string name, Func<ModelEntry, Task<CommandResult>> change)
    {
        if (_hasReplay && !IsSettled)
        {
            return new CommandResult(CommandOutcome.Unavailable, "the journal of before is being processed");
        }

        var result = new CommandResult(CommandOutcome.Unknown, $"Detector:Models has no file named '{name}'");
        foreach (ModelEntry entry in Named(name))
        {
            result = await change(entry).ConfigureAwait(false);
            if (result.Outcome != CommandOutcome.Applied)
            {
                break;
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
        return await TakeFileAsync(entry, ModelRole.Live, Learned, isUnconditional: false, cancellationToken).ConfigureAwait(false);
    }

    private async Task<CommandResult> TakeFileAsync(ModelEntry entry, ModelRole role, string by, bool isUnconditional, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ModelFile? file = entry.MayBeAbsent(role) && !File.Exists(entry.PathOf(role)) ? null : ModelSet.Read(entry, role);
            if (file is null && role == ModelRole.Live)
            {
                return new CommandResult(CommandOutcome.WrongState, $"{entry.Setting}: there is no file '{entry.Options.Path}' yet");
            }

            return !isUnconditional && file?.Hash == entry[role]?.Model.Hash
                ? new CommandResult(CommandOutcome.Applied, $"the file of model '{entry.Name}' is the one in use")
                : await TakeAsync(entry, role, file, by, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Puts a file in use, or ends a shadow.</summary>
    private async Task<CommandResult> TakeAsync(ModelEntry entry, ModelRole role, ModelFile? file, string by, CancellationToken cancellationToken)
    {
        ModelAssignment? before = entry[role];
        ModelAssignment? next = file is null ? null : _pipeline.Models.Find(entry.Options.Match, file.Hash, role) ?? await PrepareAsync(entry, role, file).ConfigureAwait(false);
        CommandResult result = await _commands.SubmitAsync(
            new OperatorCommand
            {
                Action = role == ModelRole.Live ? OperatorAction.UseModel : OperatorAction.ShadowModel,
                Target = AxisId.OfGateway,
                Model = entry.Options.Match,
                Revision = file?.Hash ?? "",
                By = by,
            },
            cancellationToken).ConfigureAwait(false);
        if (result.Outcome != CommandOutcome.Applied || before == next)
        {
            return result;
        }

        entry[role] = next;
        if (role == ModelRole.Live && entry.Shadow is { } shadow && !shadow.Model.Metadata.TakesWindowsOf(next!.Model.Metadata))
        {
            await TakeAsync(entry, ModelRole.Shadow, null, "other windows of the live model", cancellationToken).ConfigureAwait(false);
        }

        if (before is not null)
        {
            // Every shard has left it.
            _pipeline.Withdraw(before);
            _models.Close(before);
            Archive?.Release(revision => revision == before.Model.Hash);
        }

        string revision = next?.Model.Description.Revision ?? "none";
        if (role == ModelRole.Shadow)
        {
            Log.ShadowTaken(_logger, entry.Name, entry.Options.Match, revision, result.Axes, by);
        }
        else
        {
            Log.ModelTaken(_logger, entry.Name, entry.Options.Match, before?.Model.Description.Revision ?? "none", revision, result.Axes, by);
        }

        return result with
        {
            Message = string.Create(CultureInfo.InvariantCulture, $"{(role == ModelRole.Live ? "model" : "the shadow of model")} '{entry.Name}' is revision {revision} from now on, on {result.Axes} axes"),
        };
    }

    /// <summary>All that takes time, while the shards go on.</summary>
    private Task<ModelAssignment> PrepareAsync(ModelEntry entry, ModelRole role, ModelFile file) => Task.Run(() =>
    {
        ModelAssignment assignment = _models.Open(entry, role, file, entry.Live?.Model.Metadata);
        Archive?.Keep(file);
        _pipeline.Offer(assignment);
        return assignment;
    });

    private static void Keep(ModelArchive archive, ModelEntry entry)
    {
        try
        {
            archive.Keep(ModelSet.Read(entry, ModelRole.Live));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"Store:Path: the models that the journal needs cannot be kept beside it: {e.Message}"], e);
        }
    }

    private ModelAssignment? FromArchive(string match, string revision, ModelRole role)
    {
        try
        {
            return _models.Entries.FirstOrDefault(entry => entry.Options.Match == match) is { } entry
                && Archive!.Find(revision, Path.GetFileNameWithoutExtension(entry.PathOf(role))) is { } file
                ? _models.Open(entry, role, file)
                : null;
        }
        catch (Exception e) when (e is ConfigurationException or ModelFileException or IOException or UnauthorizedAccessException)
        {
            Log.ModelNotReplayed(_logger, revision, match, e.Message);
            return null;
        }
    }
}
