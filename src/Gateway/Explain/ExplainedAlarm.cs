using Thrum.Detector.Evidence;
using Thrum.Detector.Measures;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;

namespace Thrum.Gateway.Explain;

/// <summary>An alarm's evidence beside what this program makes of it now.</summary>
/// <param name="Recorded">What was kept.</param>
/// <param name="Again">The same, made once more.</param>
/// <param name="ModelNote">Which model was run, or why none was.</param>
/// <param name="Checks">What was compared.</param>
internal sealed record ExplainedAlarm(AlarmEvidence Recorded, AlarmEvidence Again, string ModelNote, IReadOnlyList<EvidenceCheck> Checks)
{
    public bool Agrees => Checks.All(check => check.Agrees);

    /// <summary>Re-runs the evidence of an alarm.</summary>
    /// <param name="recorded">The evidence.</param>
    /// <param name="models">The configured models.</param>
    /// <param name="files">More model files, among which the revision may be.</param>
    /// <param name="machines">What is known of the machines.</param>
    public static ExplainedAlarm Of(AlarmEvidence recorded, IReadOnlyList<ModelOptions> models, IEnumerable<string> files, IReadOnlyList<MachineOptions> machines)
    {
        using AutoencoderModel? model = Find(recorded, models, files, out string note);
        AlarmEvidence again = EvidenceReplay.Run(recorded, model, machines);
        return new ExplainedAlarm(recorded, again, note, EvidenceCheck.All(recorded, again));
    }

    private static AutoencoderModel? Find(AlarmEvidence recorded, IReadOnlyList<ModelOptions> models, IEnumerable<string> files, out string note)
    {
        string revision = recorded.Decision?.Revision ?? "", scorer = recorded.Decision?.Scorer ?? "";
        if (recorded.Reconstruction.Values.Count == 0 || scorer is "" or "baseline")
        {
            note = scorer == "baseline" ? "no model: the axis was scored against its own first minutes" : "no model had to do with it";
            return null;
        }

        var found = new List<string>();
        foreach ((string path, IReadOnlyDictionary<string, string> metadata) in models.Select(model => (model.Path, model.Metadata)).Concat(files.Select(file => (file, NoMetadata))))
        {
            AutoencoderModel? model = TryLoad(path, metadata, found);
            if (model?.Description.Revision == revision)
            {
                note = EvidenceReplay.CanRun(recorded, model)
                    ? $"model {model.Description.Name}, revision {revision}, run again from {path}"
                    : $"model {model.Description.Name}, revision {revision}, was not run again: it sees several axes together, and only the one that led is kept";
                return model;
            }

            model?.Dispose();
        }

        note = $"model {scorer}, revision {revision}, was not run again: it is not here (found {(found.Count == 0 ? "none" : string.Join(", ", found))}); --model names its file";
        return null;
    }

    private static IReadOnlyDictionary<string, string> NoMetadata { get; } = new Dictionary<string, string>();

    private static AutoencoderModel? TryLoad(string path, IReadOnlyDictionary<string, string> metadata, List<string> found)
    {
        try
        {
            AutoencoderModel model = AutoencoderModel.Load(path, metadata);
            found.Add($"{model.Description.Name} {model.Description.Revision}");
            return model;
        }
        catch (ModelFileException e)
        {
            found.Add($"{Path.GetFileName(path)}, which does not load: {e.Message}");
            return null;
        }
    }
}
