using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Hosting;

/// <summary>The models of a configuration, loaded, with the alarm rules resolved for each. Thread-safe once loaded.</summary>
internal sealed class ModelSet : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<AutoencoderModel> _loaded = [];
    private readonly IReadOnlyList<AlarmRuleOptions> _rules;
    private readonly int _maxBatch;
    private readonly ModelFileLimits _limits;
    private volatile ModelEntry[] _entries;

    private ModelSet(DetectorOptions options, IReadOnlyList<ModelOptions> learned, TimeProvider? time)
    {
        _limits = ModelFileLimits.Default with { Clock = time };
        _rules = options.Alarms.Count > 0 ? options.Alarms : [new AlarmRuleOptions()];
        _maxBatch = options.MaxBatch;
        _entries =
        [
            .. options.Models.Select((model, i) => new ModelEntry(model, string.Create(CultureInfo.InvariantCulture, $"Detector:Models:{i}"))),
            .. learned.Select(Learned),
        ];
    }

    /// <summary>The entries, asked in order.</summary>
    public IReadOnlyList<ModelEntry> Entries => _entries;

    /// <summary>The alarm rules as configured.</summary>
    public IReadOnlyList<AlarmRuleOptions> Rules => _rules;

    /// <summary>The models in use.</summary>
    public IReadOnlyList<ModelAssignment> Assignments => [.. Entries.Select(entry => entry.Live).OfType<ModelAssignment>()];

    /// <param name="options">The settings.</param>
    /// <param name="learned">Models that were learned on the gateway; one that cannot be used is passed over.</param>
    /// <param name="time">Limits how long a model may take to try; null leaves it unlimited.</param>
    /// <exception cref="ConfigurationException">A model was refused; the sentence names the setting, the file, what was expected and what was found.</exception>
    public static ModelSet Load(DetectorOptions options, IReadOnlyList<ModelOptions>? learned = null, TimeProvider? time = null)
    {
        var set = new ModelSet(options, learned ?? [], time);
        try
        {
            foreach (ModelEntry entry in set.Entries.Where(entry => !entry.Options.Optional || File.Exists(entry.Options.Path)))
            {
                entry.Live = entry.IsLearned ? set.OpenOrNull(entry) : set.Open(entry, ModelRole.Live, Read(entry, ModelRole.Live));
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>The entry of a model that was learned while the gateway runs, made at its first call; it has no revision yet.</summary>
    public ModelEntry EntryOf(ModelOptions learned)
    {
        lock (_gate)
        {
            if (Array.Find(_entries, entry => entry.Options.Match == learned.Match) is { } known)
            {
                return known;
            }

            ModelEntry entry = Learned(learned);
            _entries = [.. _entries, entry];
            return entry;
        }
    }

    private static ModelEntry Learned(ModelOptions options) => new(options, $"the model learned by {options.Match}") { IsLearned = true };

    // What is wrong with it is said when it is asked for anew, behind the start.
    private ModelAssignment? OpenOrNull(ModelEntry entry)
    {
        try
        {
            return Open(entry, ModelRole.Live, Read(entry, ModelRole.Live));
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }

    /// <summary>Reads the file that an entry has for a role.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static ModelFile Read(ModelEntry entry, ModelRole role)
    {
        try
        {
            return ModelFile.Read(entry.PathOf(role));
        }
        catch (ModelFileException e)
        {
            throw new ConfigurationException([$"{entry.Setting}: {e.Message}"], e);
        }
    }

    /// <summary>Loads a model for an entry and checks all that could go wrong once it runs.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="role">What it is to do.</param>
    /// <param name="file">The model.</param>
    /// <param name="live">Whose windows a shadow must take; null where that was checked before.</param>
    /// <exception cref="ConfigurationException">The model is refused.</exception>
    public ModelAssignment Open(ModelEntry entry, ModelRole role, ModelFile file, ModelMetadata? live = null)
    {
        AutoencoderModel? model = null;
        try
        {
            model = AutoencoderModel.Load(file, entry.Options.Metadata, _limits);
            if (role == ModelRole.Shadow)
            {
                CheckShadow(model, entry.Name, live);
            }

            // A model that loads may still fail on the batches that the shards will run.
            new BatchRunner(model, _maxBatch).Dispose();
            var assignment = new ModelAssignment(entry.Options.Match, model, [.. _rules.Select(rule => rule.Resolve(model))]) { Role = role };
            lock (_gate)
            {
                _loaded.Add(model);
            }

            return assignment;
        }
        catch (ModelFileException e)
        {
            model?.Dispose();
            throw new ConfigurationException([$"{entry.Setting}: {e.Message}"], e);
        }
    }

    /// <summary>Disposes a model that nothing uses any more.</summary>
    public void Close(ModelAssignment assignment)
    {
        lock (_gate)
        {
            _loaded.Remove(assignment.Model);
        }

        assignment.Model.Dispose();
    }

    /// <summary>Its points must not take the place of the live model's, and it scores the live model's windows.</summary>
    private static void CheckShadow(AutoencoderModel model, string liveName, ModelMetadata? live)
    {
        if (model.Description.Name == liveName)
        {
            throw new ModelFileException(model.Path, $"expected a shadow of another name than '{liveName}', by which its scores are told apart");
        }

        if (live is not null && !model.Metadata.TakesWindowsOf(live))
        {
            throw new ModelFileException(model.Path, string.Create(
                CultureInfo.InvariantCulture,
                $"expected a shadow for the live model's windows of {live.WindowSamples} samples every {live.HopSamples} at {live.SampleRateHz} Hz of {AxesOf(live)}, found {model.Metadata.WindowSamples} every {model.Metadata.HopSamples} at {model.Metadata.SampleRateHz} Hz of {AxesOf(model.Metadata)}"));
        }
    }

    private static string AxesOf(ModelMetadata model) => !model.Axes.IsJoint ? "one axis"
        : model.Axes.Names.Count == 0 ? string.Create(CultureInfo.InvariantCulture, $"{model.Axes.Count} axes") : string.Join(" + ", model.Axes.Names);

    public void Dispose()
    {
        foreach (AutoencoderModel model in _loaded)
        {
            model.Dispose();
        }
    }
}
