using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Hosting;

/// <summary>The models of a configuration, loaded, with the alarm rules resolved for each.</summary>
internal sealed class ModelSet : IDisposable
{
    private readonly List<ModelAssignment> _assignments = [];

    private ModelSet()
    {
    }

    public IReadOnlyList<ModelAssignment> Assignments => _assignments;

    /// <exception cref="ConfigurationException">A model was refused; the sentence names the setting, the file, what was expected and what was found.</exception>
    public static ModelSet Load(DetectorOptions options)
    {
        var set = new ModelSet();
        IReadOnlyList<AlarmRuleOptions> rules = options.Alarms.Count > 0 ? options.Alarms : [new AlarmRuleOptions()];
        try
        {
            for (int i = 0; i < options.Models.Count; i++)
            {
                set.Add(options.Models[i], rules, options.MaxBatch, string.Create(CultureInfo.InvariantCulture, $"Detector:Models:{i}"));
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private void Add(ModelOptions model, IReadOnlyList<AlarmRuleOptions> rules, int maxBatch, string setting)
    {
        try
        {
            AutoencoderModel loaded = AutoencoderModel.Load(model.Path, model.Metadata);
            _assignments.Add(new ModelAssignment(model.Match, loaded, []));
            if (loaded.Metadata.Axes.Count != 1)
            {
                throw new ModelFileException(loaded.Path, $"expected a model of one axis, found one of {loaded.Metadata.Axes.Count}: windows over several axes are not cut yet");
            }

            // A model that loads may still fail on the batches that the shards will run.
            new BatchRunner(loaded, maxBatch).Dispose();
            _assignments[^1] = new ModelAssignment(model.Match, loaded, [.. rules.Select(rule => rule.Resolve(loaded))]);
        }
        catch (ModelFileException e)
        {
            throw new ConfigurationException([$"{setting}: {e.Message}"], e);
        }
    }

    public void Dispose()
    {
        foreach (ModelAssignment assignment in _assignments)
        {
            assignment.Model.Dispose();
        }
    }
}
