using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;

namespace Thrum.Gateway.Hosting;

/// <summary>The models of a configuration, loaded, with the alarm rules resolved for each.</summary>
internal sealed class ModelSet : IDisposable
{
    private readonly List<ModelAssignment> _assignments = [];

    private ModelSet()
    {
    }

    public IReadOnlyList<ModelAssignment> Assignments => _assignments;

    /// <exception cref="ModelFileException">A model was refused.</exception>
    public static ModelSet Load(DetectorOptions options)
    {
        var set = new ModelSet();
        IReadOnlyList<AlarmRuleOptions> rules = options.Alarms.Count > 0 ? options.Alarms : [new AlarmRuleOptions()];
        try
        {
            foreach (ModelOptions model in options.Models)
            {
                AutoencoderModel loaded = AutoencoderModel.Load(model.Path, model.Metadata);
                set._assignments.Add(new ModelAssignment(model.Match, loaded, []));
                set._assignments[^1] = new ModelAssignment(model.Match, loaded, [.. rules.Select(rule => rule.Resolve(loaded))]);
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
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
