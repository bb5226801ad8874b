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
    private volatile ModelEntry[] _entries;

    private ModelSet(DetectorOptions options, IReadOnlyList<ModelOptions> learned)
    {
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

    /// <summary>The models in use.</summary>
    public IReadOnlyList<ModelAssignment> Assignments => [.. Entries.Select(entry => entry.Live).OfType<ModelAssignment>()];

    /// <param name="options">The settings.</param>
    /// <param name="learned">Models that were learned on the gateway; one that cannot be used is passed over.</param>
    /// <exception cref="ConfigurationException">A model was refused; the sentence names the setting, the file, what was expected and what was found.</exception>
    public static ModelSet Load(DetectorOptions options, IReadOnlyList<ModelOptions>? learned = null)
    {
        var set = new ModelSet(options, learned ?? []);
        try
        {
            foreach (ModelEntry entry in set.Entries.Where(entry => !entry.Options.Optional || File.Exists(entry.Options.Path)))
            {
                entry.Live = entry.IsLearned ? set.OpenOrNull(entry) : set.Open(entry, Read(entry));
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
            return Open(entry, Read(entry));
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }

    /// <summary>Reads the file of an entry.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static ModelFile Read(ModelEntry entry)
    {
        try
        {
            return ModelFile.Read(entry.Options.Path);
        }
        catch (ModelFileException e)
        {
            throw new ConfigurationException([$"{entry.Setting}: {e.Message}"], e);
        }
    }

    /// <summary>Loads a model for an entry and checks all that could go wrong once it runs.</summary>
    /// <exception cref="ConfigurationException">The model is refused.</exception>
    public ModelAssignment Open(ModelEntry entry, ModelFile file)
    {
        AutoencoderModel? model = null;
        try
        {
            model = AutoencoderModel.Load(file, entry.Options.Metadata);
            if (model.Metadata.Axes.Count != 1)
            {
                throw new ModelFileException(model.Path, $"expected a model of one axis, found one of {model.Metadata.Axes.Count}: windows over several axes are not cut yet");
            }

            // A model that loads may still fail on the batches that the shards will run.
            new BatchRunner(model, _maxBatch).Dispose();
            var assignment = new ModelAssignment(entry.Options.Match, model, [.. _rules.Select(rule => rule.Resolve(model))]);
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

    public void Dispose()
    {
        foreach (AutoencoderModel model in _loaded)
        {
            model.Dispose();
        }
    }
}
